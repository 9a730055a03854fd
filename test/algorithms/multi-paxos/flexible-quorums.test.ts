// Flexible Paxos (Howard, Malkhi and Spiegelman 2016): quorums of phase 1 and of phase 2 with sizes of their own.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos } from "../../../algorithms/multi-paxos/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith } from "../../support/mutants.ts"
import { drawQuorums } from "../../support/quorums.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { quorumMutants, slackMutants } from "./mutants.ts"
import { randomDuel, randomScenario } from "./random-faults.ts"
import { executedBy, ledCluster, write } from "./support.ts"

/** Nobody stands for leader by itself. */
const PATIENT = { electionTimeoutMin: "1h", electionTimeoutMax: "1h" }

function quorums(q1: number, q2: number): Record<string, unknown> {
  return { phase1Quorum: q1, phase2Quorum: q2 }
}

/** Whether a command of a group, some of whose nodes are down, is answered within a second. */
function commits(
  algorithm: Algorithm<MultiPaxos>,
  nodes: number,
  parameters: object,
  down: readonly number[],
): boolean {
  const { cluster, leader } = ledCluster({ nodes, parameters: { ...PATIENT, ...parameters } }, algorithm)
  for (const node of down) cluster.crash(node)
  cluster.request(0, leader, write("x"))
  cluster.runFor("1s")
  return cluster.replies.some(({ reply }) => reply.type === "Result")
}

/** Whether a node becomes leader while some others are down. */
function elects(nodes: number, parameters: object, down: readonly number[]): boolean {
  const cluster = createCluster(multiPaxos, { nodes, parameters: { ...PATIENT, ...parameters } })
  for (const node of down) cluster.crash(node)
  cluster.request(9, 0, { type: "Elect" })
  cluster.runFor("1s")
  return cluster.state(0).proposer.role === "leader"
}

function last(nodes: number, count: number): number[] {
  return Array.from({ length: count }, (_, place) => nodes - 1 - place)
}

describe.each([
  [5, 4, 2],
  [6, 4, 3],
  [7, 5, 3],
  [5, 2, 4],
  [5, 5, 1],
  [5, 1, 5],
  [4, 3, 2],
])("n = %i, q1 = %i, q2 = %i", (n, q1, q2) => {
  test("a stable leader commits while n-q2 nodes are down, and not with one more", () => {
    expect(commits(multiPaxos, n, quorums(q1, q2), last(n, n - q2))).toBe(true)
    expect(q2 > 1 && commits(multiPaxos, n, quorums(q1, q2), last(n, n - q2 + 1))).toBe(false)
  })

  test("a leader is elected while n-q1 nodes are down, and not with one more", () => {
    expect(elects(n, quorums(q1, q2), last(n, n - q1))).toBe(true)
    expect(q1 > 1 && elects(n, quorums(q1, q2), last(n, n - q1 + 1))).toBe(false)
  })

  test("a command costs 2(q2-1) messages where the leader is thrifty, and 2(n-1) where it is not", () => {
    expect(messagesOfCommand(multiPaxos, n, { ...quorums(q1, q2), thrifty: true })).toBe(2 * (q2 - 1))
    expect(messagesOfCommand(multiPaxos, n, quorums(q1, q2))).toBe(2 * (n - 1))
  })
})

function messagesOfCommand(algorithm: Algorithm<MultiPaxos>, nodes: number, parameters: object): number {
  const { cluster, leader } = ledCluster({ nodes, parameters: { ...PATIENT, ...parameters } }, algorithm)
  cluster.request(0, leader, write("x"))
  cluster.runFor("1s")
  return cluster.count(undefined, "protocol")
}

describe("latency, links of 2, 3, 5 and 7 ms from the leader to the others", () => {
  const DELAYS = [0, 2, 3, 5, 7].map(delay => delay * MILLISECOND)

  /** The q-th smallest round trip between the leader and a node, its own (no time at all) among them. */
  function roundTrip(q: number): Micros {
    return 2 * DELAYS[q - 1]!
  }

  test.each([1, 2, 3, 4, 5])("a command is chosen after the q2-th smallest round trip, q2 = %i", q2 => {
    const { cluster } = ledCluster({ nodes: 5, parameters: { ...PATIENT, phase2Quorum: q2 } })
    cluster.intercept((from, to) => ({ delay: DELAYS[from + to]! }))
    cluster.request(0, 0, write("x"))
    const arrived = cluster.now + MILLISECOND
    cluster.runFor("100ms")
    const chosen = cluster.facts.find(({ node, fact }) => node === 0 && fact.type === "applied")!
    expect(chosen.time - arrived).toBe(roundTrip(q2))
    expect(cluster.replies[0]!.time - arrived).toBe(roundTrip(q2) + MILLISECOND)
  })

  test.each([1, 2, 3, 4, 5])("a leader is through with phase 1 after the q1-th smallest, q1 = %i", q1 => {
    const cluster = createCluster(multiPaxos, { nodes: 5, parameters: { ...PATIENT, phase1Quorum: q1 } })
    cluster.intercept((from, to) => ({ delay: DELAYS[from + to]! }))
    cluster.request(9, 0, { type: "Elect" })
    const arrived = cluster.now + MILLISECOND
    cluster.runFor("100ms")
    const leads = cluster.facts.find(({ node, fact }) => node === 0 && fact.type === "believes" && fact.leader === 0)!
    expect(leads.time - arrived).toBe(roundTrip(q1))
  })
})

/** The highest number of beliefs in a leader that it gives up, in 5 s with three of five nodes down. */
function leadsOn(algorithm: Algorithm<MultiPaxos>): boolean {
  const { cluster } = ledCluster(
    { nodes: 5, parameters: { ...PATIENT, phase2Quorum: 2, electionTimeoutMax: "300ms" } },
    algorithm,
  )
  for (const node of [2, 3, 4]) cluster.crash(node)
  cluster.runFor("5s")
  return cluster.state(0).proposer.role === "leader"
}

test("a leader that reaches a quorum of phase 2 leads on, though it reaches no majority", () => {
  expect(leadsOn(multiPaxos)).toBe(true)
})

describe("quorums that do not meet, q1 + q2 = n", () => {
  /** Node 0 leads and gets "zero" chosen by nodes 0 and 1; then node 3 is elected by nodes 2, 3 and 4, which know nothing of it. */
  function twoLeaders(parameters: object): string[][] {
    const { cluster } = ledCluster({ nodes: 5, parameters: { ...PATIENT, ...parameters } })
    cluster.partition([
      [0, 1],
      [2, 3, 4],
    ])
    cluster.request(0, 0, write("zero", 0))
    cluster.runFor("100ms")
    cluster.request(9, 3, { type: "Elect" })
    cluster.runFor("100ms")
    cluster.request(1, 3, write("three", 1))
    cluster.runFor("100ms")
    return [executedBy(cluster, 0), executedBy(cluster, 3)]
  }

  test("two values are chosen for a slot", () => {
    expect(twoLeaders({ ...quorums(3, 2), allowDisjointQuorums: true })).toEqual([["zero"], ["three"]])
  })

  test("with q1 + q2 > n one side waits", () => {
    expect(twoLeaders(quorums(4, 2))).toEqual([["zero"], []])
    expect(twoLeaders(quorums(3, 3))).toEqual([[], ["three"]])
  })
})

function withQuorums(options: ServiceRunOptions, seed: number): ServiceRunOptions {
  return { ...options, parameters: { ...options.parameters, ...drawQuorums(options.nodes, seed) } }
}

/** The names of all that went wrong in a run. */
function mistakesFound(algorithm: Algorithm<MultiPaxos>, options: ServiceRunOptions, seed: number): string[] {
  const run = runService(algorithm, replicatedLog, options, seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

describe("random runs with quorums of all sizes that meet", () => {
  test.each([
    ["crashes, partitions, loss, duplication and reordering", randomScenario],
    ["duels", randomDuel],
  ])("%s: 400 seeds, nothing unsafe", (_, options) => {
    for (let seed = 1; seed <= randomRuns(400); seed++) {
      expect(mistakesFound(multiPaxos, withQuorums(options(seed), seed), seed), `seed ${seed}`).toEqual([])
    }
  })

  test("after the trouble, while q1 and q2 nodes are up, commands are answered again (100 seeds)", () => {
    for (let seed = 1; seed <= randomRuns(100); seed++) {
      const random = new Random(seed)
      const parameters = drawQuorums(5, seed)
      const cluster = createCluster(multiPaxos, { nodes: 5, seed, loss: 0.05, parameters })
      for (let step = 0; step < 10; step++) {
        const node = random.integer(0, 4)
        if (random.chance(0.6)) cluster.crash(node)
        else cluster.restart(node)
        cluster.request(node, node, write(`v${step}`, node, step + 1))
        cluster.runFor(random.integer(10, 500) * MILLISECOND)
      }
      for (let node = 0; node < 5; node++) cluster.restart(node)
      cluster.runUntil(() => cluster.leader() !== null)
      cluster.runFor("2s")
      cluster.request(7, cluster.leader()!, write("last", 7))
      cluster.runFor("2s")
      const answered = cluster.replies.some(({ client, reply }) => client === 7 && reply.type === "Result")
      expect(answered, `seed ${seed}, ${JSON.stringify(parameters)}`).toBe(true)
    }
  })

  test("with quorums that do not meet, the check of the log finds it", () => {
    const found = new Set<string>()
    for (let seed = 1; seed <= 100 && !found.has("log-agreement"); seed++) {
      const options = randomDuel(seed)
      const q1 = Math.floor(options.nodes / 2)
      const disjoint = { ...quorums(q1, options.nodes - q1), allowDisjointQuorums: true }
      const duel = { ...options, parameters: { ...options.parameters, ...disjoint } }
      for (const check of mistakesFound(multiPaxos, duel, seed)) found.add(check)
    }
    expect([...found]).toContain("log-agreement")
  })
})

describe.skipIf(isMutationRun)("mistakes planted on purpose", () => {
  const SEEDS = 300

  test.each(quorumMutants)("$name: $caughtBy", async ({ name, edits, caughtBy }) => {
    const { multiPaxos: mutant } = await compileWith<{ multiPaxos: Algorithm<MultiPaxos> }>(
      "algorithms/multi-paxos/multi-paxos.ts",
      edits,
    )
    const found = new Set<string>()
    const seed = seedThatShows(`multi-paxos, flexible quorums: ${name}`, SEEDS, each => {
      for (const check of mistakesFound(mutant, withQuorums(randomDuel(each), each), each)) found.add(check)
      return [...found].some(finding => finding.startsWith(caughtBy))
    })
    expect(seed, [...found].join("; ")).toBeDefined()
  })

  /** What the tests above see of an algorithm that is safe, but slower or dearer than it need be. */
  const behaviours: Readonly<Record<string, (algorithm: Algorithm<MultiPaxos>) => unknown>> = {
    "leads on": leadsOn,
    messages: algorithm => messagesOfCommand(algorithm, 5, { phase2Quorum: 2, thrifty: true }),
    commits: algorithm => commits(algorithm, 5, { phase2Quorum: 2 }, [2, 3, 4]),
  }

  test.each(slackMutants)("$name: seen in $caughtBy", async ({ edits, caughtBy }) => {
    const { multiPaxos: mutant } = await compileWith<{ multiPaxos: Algorithm<MultiPaxos> }>(
      "algorithms/multi-paxos/multi-paxos.ts",
      edits,
    )
    const behaviour = behaviours[caughtBy]!
    expect(behaviour(mutant)).not.toEqual(behaviour(multiPaxos))
  })
})
