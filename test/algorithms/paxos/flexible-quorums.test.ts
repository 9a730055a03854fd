// Flexible Paxos (Howard, Malkhi and Spiegelman 2016) in a single decree: quorums of phase 1 and of phase 2 with sizes of their own.
import { describe, expect, test } from "vitest"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos } from "../../../algorithms/paxos/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { drawQuorums } from "../../support/quorums.ts"
import { runService, violations } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { randomScenario } from "./random-faults.ts"

/** Nobody retries. */
const PATIENT = { retryAfter: "1h", backoff: "0ms" }

const SIZES = [
  [3, 3],
  [4, 2],
  [2, 4],
  [5, 1],
  [1, 5],
] as const

describe.each(SIZES)("five nodes, q1 = %i, q2 = %i", (phase1Quorum, phase2Quorum) => {
  const parameters = { ...PATIENT, phase1Quorum, phase2Quorum }

  test("a decision that all learn costs 5(n-1) messages", () => {
    const cluster = createCluster(paxos, { nodes: 5, parameters })
    cluster.request(0, 0, { type: "Propose", instance: 1, value: 7 })
    cluster.runFor("1s")
    expect(cluster.facts.map(({ fact }) => fact.value)).toEqual([7, 7, 7, 7, 7])
    expect(cluster.count(undefined, "protocol")).toBe(5 * 4)
  })

  test("takes the q1-th and then the q2-th smallest round trip, links of 2, 3, 5 and 7 ms", () => {
    const delays = [0, 2, 3, 5, 7].map(delay => delay * MILLISECOND)
    const cluster = createCluster(paxos, { nodes: 5, parameters })
    cluster.intercept((from, to) => ({ delay: delays[from + to]! }))
    cluster.request(0, 0, { type: "Propose", instance: 1, value: 7 })
    cluster.runFor("1s")
    const decided = cluster.facts.find(({ node }) => node === 0)!.time - MILLISECOND
    expect(decided).toBe(2 * delays[phase1Quorum - 1]! + 2 * delays[phase2Quorum - 1]!)
  })

  test("decides while q1 and q2 nodes are up, and not with one node less", () => {
    const decides = (down: number): boolean => {
      const cluster = createCluster(paxos, { nodes: 5, parameters })
      for (let node = 5 - down; node < 5; node++) cluster.crash(node)
      cluster.request(0, 0, { type: "Propose", instance: 1, value: 7 })
      cluster.runFor("1s")
      return cluster.facts.length > 0
    }
    const survived = 5 - Math.max(phase1Quorum, phase2Quorum)
    expect([decides(survived), decides(survived + 1)]).toEqual([true, false])
  })
})

/** The values that are decided by two proposers, each with one more node at its side, of four. */
function decidedApart(parameters: object): number[] {
  const cluster = createCluster(paxos, { nodes: 4, parameters: { ...PATIENT, ...parameters } })
  cluster.partition([
    [0, 1],
    [2, 3],
  ])
  cluster.request(0, 0, { type: "Propose", instance: 1, value: 7 })
  cluster.request(2, 2, { type: "Propose", instance: 1, value: 8 })
  cluster.runFor("1s")
  return cluster.facts.map(({ fact }) => fact.value)
}

test("quorums of two phases that do not meet decide on two values; majorities, and those that meet, on none here", () => {
  const disjoint = { phase1Quorum: 2, phase2Quorum: 2, allowDisjointQuorums: true }
  expect(new Set(decidedApart(disjoint))).toEqual(new Set([7, 8]))
  expect(decidedApart({})).toEqual([])
  expect(decidedApart({ phase1Quorum: 3, phase2Quorum: 2 })).toEqual([])
})

function mistakesFound(algorithm: Algorithm<Paxos>, seed: number): string[] {
  const options = randomScenario(seed)
  const parameters = { ...options.parameters, ...drawQuorums(options.nodes, seed) }
  // Some mistakes keep nodes answering each other without end.
  const run = runService(algorithm, agreement, { ...options, parameters, eventBudget: 100_000 }, seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

test("random faults and quorums of all sizes that meet: 500 seeds, nothing unsafe", () => {
  for (let seed = 1; seed <= randomRuns(500); seed++) expect(mistakesFound(paxos, seed), `seed ${seed}`).toEqual([])
})

describe.skipIf(isMutationRun)("mistakes planted on purpose", () => {
  test.each([
    [
      "a proposer takes a quorum of phase 2 for one of phase 1",
      "promises.length < phase1Quorum",
      "promises.length < phase2Quorum",
    ],
    [
      "a learner takes a quorum of phase 1 for one of phase 2",
      "voters.length < phase2Quorum",
      "voters.length < phase1Quorum",
    ],
    ["a proposer goes on with two promises", "promises.length < phase1Quorum(node)", "promises.length < 2"],
    ["a learner learns from two acceptors", "voters.length < phase2Quorum(node)", "voters.length < 2"],
  ])("%s: agreement", async (mistake, from, to) => {
    const edit = { file: "algorithms/paxos/paxos.ts", from, to }
    const { paxos: mutant } = await compileWith<{ paxos: Algorithm<Paxos> }>("algorithms/paxos/paxos.ts", [edit])
    const found = new Set<string>()
    const seed = seedThatShows(`paxos, flexible quorums: ${mistake}`, 300, each => {
      for (const check of mistakesFound(mutant, each)) found.add(check)
      return found.has("agreement")
    })
    expect(seed, [...found].join("; ")).toBeDefined()
  })
})
