// The order from a replicated log: what a request costs, what it survives that a sequencer does not, and mistakes planted in it.
// Links take 1 ms.
import { describe, expect, test } from "vitest"
import type { activeReplicationOn } from "../../../algorithms/active-replication/active-replication.ts"
import { conflictOn, type OnLog } from "../../../algorithms/common/sequenced/logged-types.ts"
import { wrongOf } from "../../../algorithms/common/sequenced/types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { BRISK_LOGS, LOGS } from "../../support/control-plane.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { weather } from "../../support/weather.ts"
import type { ClusterOptions } from "../../support/cluster.ts"
import { createCluster } from "../../support/cluster.ts"
import { costOf, type Message } from "./counting.ts"
import { drawOnLog } from "./random-faults.ts"
import { activeOnLogs, answers, ask, executedBy, type Group, put } from "./support.ts"
import { byNight } from "../../support/effort.ts"

type Active = Algorithm<OnLog>

const LOGGED = [raft, multiPaxos, viewstampedReplication]

/** A group that has a leader, which its front ends know. */
function group(order: string, options: Partial<ClusterOptions> = {}, algorithm: Active = activeOnLogs): Group {
  const parameters = { order, ...options.parameters }
  const cluster = createCluster(algorithm, { nodes: 3, ...options, parameters })
  cluster.runFor("1s")
  ask(cluster, put("before"), { client: 9 })
  cluster.runFor("500ms")
  return cluster
}

const share = (messages: readonly Message[], prefix: string): number =>
  messages.filter(({ type }) => type.startsWith(prefix)).length

/** Parameters with which the others learn at once what is committed. */
const TOLD = { raftNotifyCommit: true, multiPaxosLearning: "broadcast" }

describe.each(LOGS)("the order of %s", order => {
  test.each([3, 5, 7])("costs a request 2(n-1) of the log, n of the front end, and n answers, n = %i", n => {
    const { among, withFrontEnd, arrivals, answered } = costOf(group(order, { nodes: n }))
    expect(share(among, "log/")).toBe(2 * (n - 1))
    expect([among.length, share(withFrontEnd, "Request")]).toEqual([2 * (n - 1), n])
    // The request, the entry, its acknowledgement and the answer; the others execute once they hear that it is committed.
    expect([arrivals[0], answered]).toEqual([4, 6])
  })

  test.each([3, 5, 7])("and 1 in place of n of the front end, to the leader only, n = %i", n => {
    const cluster = group(order, { nodes: n, parameters: { requests: "sequencer" } })
    const { among, withFrontEnd, answered } = costOf(cluster)
    expect([among.length, share(withFrontEnd, "Request"), answered]).toEqual([2 * (n - 1), 1, 6])
    cluster.runFor("1s")
    expect(cluster.count("Answer", "protocol")).toBe(n)
  })

  test("all replicas execute one order", () => {
    const cluster = group(order, { nodes: 5 })
    for (let i = 1; i <= 20; i++) {
      ask(cluster, put(String(i)), { client: i % 4, sequence: i, frontEnd: i % 2 })
      cluster.runFor("3ms")
    }
    cluster.runFor("1s")
    const [first, ...others] = executedBy(cluster).map(String)
    expect(first!.split(",").length).toBe(21)
    for (const other of others) expect(other).toBe(first)
  })

  test("the crash of its leader is an outage as long as an election, and loses no request that is sent to all", () => {
    const cluster = group(order)
    const leader = cluster.leader()!
    cluster.crash(leader)
    const asked = cluster.now
    ask(cluster, put("after"), { client: 2 })
    cluster.runFor("2s")
    const answered = answers(cluster, asked).at(-1)!
    expect(cluster.leader()).not.toBe(leader)
    expect(answered[1]).toBeLessThan(1_000)
    expect(
      executedBy(cluster)
        .filter((_, id) => id !== leader)
        .every(all => all.at(-1)!.endsWith(": 2.1")),
    ).toBe(true)
  })
})

test.each(["raft", "multi-paxos"])(
  "%s that tells all at once what is committed: f+1 answers alike have come 7d after the client asked",
  order => {
    const { answered } = costOf(group(order, { nodes: 5, parameters: { answers: "matching", ...TOLD } }))
    expect(answered).toBe(7)
  },
)

test("a replica of Raft's order answers reads as it does writes: there is no other way", () => {
  const { parameters } = scenarioOf(activeOnLogs, replicatedLog, { nodes: 3, parameters: { order: "raft" } })
  const conflict = conflictOn(LOGGED)
  expect(conflict({ ...parameters, raftReads: "lease" }, 3)?.parameter).toBe("raftReads")
  expect(conflict({ ...parameters, raftPreferredLeaders: "7" }, 3)).toEqual(undefined)
  expect(conflict(parameters, 3)).toBe(undefined)
})

const BUSY = { mode: "closed", clients: 3, think: "2ms", keys: 2, writes: "mixed", reads: "30%", ask: "own", deadline: "60ms", retryAfter: "20ms" } // biome-ignore format: a line

const BASE = {
  latency: { model: "uniform", min: 100, max: 2_000 },
  workload: BUSY,
  duration: "300ms",
} as const

function outcomeOf(options: Partial<ServiceRunOptions>, seed: number) {
  return completeRun(activeOnLogs, replicatedLog, { ...BASE, nodes: 3, ...options }, seed).outcome
}

test("f of 2f+1 replicas that compute wrongly change no answer, whatever log gives the order", () => {
  for (let seed = 1; seed <= randomRuns(45); seed++) {
    const random = Random.stream(seed, "faults", 13)
    const nodes = random.chance(0.5) ? 3 : 5
    const order = LOGS[seed % LOGS.length]!
    const faults = random.choose(wrongOf(nodes), nodes).map((node): Fault => {
      return { kind: "byzantine", target: { nodes: [node] }, at: 0, behaviour: "lying" }
    })
    const outcome = outcomeOf(
      { nodes, faults, parameters: { ...BRISK_LOGS, ...TOLD, order, answers: "matching" } },
      seed,
    )
    expect(violations(outcome), `seed ${seed}`).toEqual([])
    expect(outcome.ok, `seed ${seed}`).toBeGreaterThan(20)
  }
})

describe.each(LOGS)("what breaks a sequencer's order does not break that of %s:", order => {
  const parameters = { ...BRISK_LOGS, order }

  test("a partition", () => {
    const sides = [
      [0, 3],
      [1, 2, 4],
    ]
    const outcome = outcomeOf({ faults: [{ kind: "partition", sides, at: 50_000, for: 60_000 }], parameters }, 1)
    expect(violations(outcome)).toEqual([])
  })

  test("a leader that stops for long", () => {
    for (let seed = 1; seed <= byNight(10, 3); seed++) {
      const pause: Fault = { kind: "pause", target: { leader: true }, at: 50_000, for: 60_000 }
      expect(violations(outcomeOf({ faults: [pause], parameters }, seed))).toEqual([])
    }
  })
})

test("random storms: safe while they last, and serving when they are over", () => {
  for (let seed = 1; seed <= randomRuns(90); seed++) {
    const again = `seed ${seed}; again: npm run soak -- --only active-replication/order-of-a-log --replay ${seed}`
    expect(
      weather((each, end) => drawOnLog(activeOnLogs, each, end), seed),
      again,
    ).toEqual([])
  }
})

const LOGGED_ORDER = "algorithms/common/sequenced/logged-order.ts"

/** True if a request is not answered that comes once while nobody leads, or after that. */
const unserved =
  (requests: string, when: "before" | "after") =>
  (algorithm: Active): boolean => {
    const cluster = group("raft", { nodes: 5, parameters: { requests } }, algorithm)
    cluster.crash(cluster.leader()!)
    if (when === "after") cluster.runFor("2s")
    // Whom front ends ask who have heard of nobody.
    if (cluster.leader() === 0) cluster.crash(0)
    if (when === "after") cluster.runFor("2s")
    const asked = cluster.now
    ask(cluster, put("a"), { client: 2 })
    cluster.runFor("2s")
    return answers(cluster, asked).every(([, at]) => at <= 0)
  }

/** The answers on their way are lost with the front end that they are for; the client asks another one. */
function forgetful(algorithm: Active): boolean {
  const cluster = group("raft", {}, algorithm)
  ask(cluster, put("a"), { client: 2 })
  cluster.runFor("3500us")
  cluster.crash(cluster.size)
  cluster.runFor("500ms")
  const asked = cluster.now
  ask(cluster, put("a"), { client: 2, frontEnd: 1 })
  cluster.runFor("50ms")
  return answers(cluster, asked).every(([, at]) => at <= 0)
}

/** A client asks another front end before its request is executed: all but the leader are cut off from it, and the first crashes. */
function misdirected(algorithm: Active): boolean {
  const cluster = group("viewstamped-replication", { parameters: { answers: "matching" } }, algorithm)
  cluster.intercept((_, __, { type }) => (type === "log/Prepare" ? { delay: 20_000 } : "deliver"))
  ask(cluster, put("a"), { client: 2 })
  cluster.runFor("5ms")
  cluster.crash(cluster.size)
  const asked = cluster.now
  ask(cluster, put("a"), { client: 2, frontEnd: 1 })
  cluster.runFor("500ms")
  return answers(cluster, asked).every(([, at]) => at <= 0)
}

/** Fewer than f+1 replicas answer. */
const unmatched =
  (requests: string) =>
  (algorithm: Active): boolean => {
    const cluster = group("multi-paxos", { parameters: { requests, answers: "matching" } }, algorithm)
    const asked = cluster.now
    ask(cluster, put("a"), { client: 2 })
    cluster.runFor("1s")
    return answers(cluster, asked).every(([, at]) => at <= 0)
  }

const MUTANTS: readonly {
  readonly mistake: string
  readonly edit: Edit
  readonly isWrong: (one: Active) => boolean
}[] = [
  {
    mistake: "who begins to lead the log does not hand over what has waited",
    edit: {
      file: LOGGED_ORDER,
      from: "for (const asked of waiting) if (isLeading(node)) this.#propose(node, asked)",
      to: "void waiting",
    },
    isWrong: unserved("all", "before"),
  },
  {
    mistake: "a replica that does not lead the log forgets requests",
    edit: {
      file: LOGGED_ORDER,
      from: "    pending.set(session, { command, frontEnd })\n    if (isLeading(node))",
      to: "    if (isLeading(node))",
    },
    isWrong: unserved("all", "before"),
  },
  {
    mistake: "front ends do not hear that another leads the log",
    edit: { file: LOGGED_ORDER, from: 'node.parameters.requests === "sequencer"', to: "epoch < 0" },
    isWrong: unserved("sequencer", "after"),
  },
  {
    mistake: "what has been executed is not answered when it comes again",
    edit: {
      file: LOGGED_ORDER,
      from: "if (last?.sequence === sequence) return answer(node, command, last, frontEnd)",
      to: "if (last?.sequence === sequence) return",
    },
    isWrong: forgetful,
  },
  {
    mistake: "the front end that handed in a request is answered, and not the one that asked last",
    edit: {
      file: LOGGED_ORDER,
      from: "asked?.command.sequence === sequence ? asked.frontEnd : command.frontEnd",
      to: "command.frontEnd ?? asked?.frontEnd",
    },
    isWrong: misdirected,
  },
  {
    mistake: "only the leader of the log answers",
    edit: {
      file: LOGGED_ORDER,
      from: "if (frontEnd !== undefined) answer(",
      to: "if (frontEnd !== undefined && isLeading(node)) answer(",
    },
    isWrong: unmatched("all"),
  },
  {
    mistake: "entries of the log do not say which front end they came through",
    edit: { file: LOGGED_ORDER, from: "{ ...command, frontEnd, ...(", to: "{ ...command, ...(" },
    isWrong: unmatched("sequencer"),
  },
]

describe.skipIf(isMutationRun)("mistakes about an order by a log are caught", () => {
  test.each(MUTANTS)("$mistake", async ({ edit, isWrong }) => {
    const compiled = await compileWith<{ readonly activeReplicationOn: typeof activeReplicationOn }>(
      "algorithms/active-replication/active-replication.ts",
      [edit],
    )
    expect([isWrong(compiled.activeReplicationOn(LOGGED)), isWrong(activeOnLogs)]).toEqual([true, false])
  })
})
