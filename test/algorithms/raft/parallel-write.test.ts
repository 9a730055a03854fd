// The leader writes to its disk while its entries are on their way (thesis §10.2.1): exact latencies, safety under crashes that
// take what was not durable, and the mistakes that one could make in it.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Fault, RunResult } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { POOL } from "../../support/pool.ts"
import { completeRun } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { findings, type Turmoil, turmoil, turmoilScenario } from "./chaos.ts"
import { commit, ledCluster, PATIENT, put } from "./support.ts"

const D = 10 * MILLISECOND
const S = 3 * MILLISECOND

interface Group {
  readonly nodes: number
  /** The sync latency of the leader's disk, if it is another than S. */
  readonly leaderSync?: Micros
  readonly dead?: readonly number[]
}

/** The latencies of the commands of one client, one after the other, at links of 10 ms and disks of 3 ms. */
function latencies(
  algorithm: Algorithm<Raft>,
  parallelWrite: boolean,
  { nodes, leaderSync, dead = [] }: Group,
): Micros[] {
  const slow: Fault[] =
    leaderSync === undefined ? [] : [{ kind: "slowDisk", target: { nodes: [0] }, syncLatency: leaderSync, at: 0 }]
  const crashes: Fault[] = dead.length === 0 ? [] : [{ kind: "crash", target: { nodes: dead }, at: 0 }]
  const { outcome } = completeRun(algorithm, replicatedLog, {
    nodes,
    leader: 0,
    latency: "10ms",
    syncLatency: "3ms",
    parameters: { ...PATIENT, parallelWrite },
    workload: { mode: "closed", clients: 1, ask: "leader", think: "500ms", retryAfter: "2s", deadline: "4s" },
    faults: [...slow, ...crashes],
    warmup: "1s",
    duration: "6s",
  })
  return [...new Set([outcome.latency.min, outcome.latency.max])]
}

describe("a command, links of d and disks of s", () => {
  test("a preferred leader does not hand over to itself when its own disk answers it", () => {
    const { outcome } = completeRun(raft, replicatedLog, {
      nodes: 3,
      leader: 0,
      latency: "10ms",
      syncLatency: "3ms",
      parameters: { parallelWrite: true, preferredLeader: 0 },
      workload: { mode: "closed", clients: 1, ask: "leader" },
      duration: "1s",
    })
    expect(outcome.availability).toBe(1)
  })

  test.each([3, 4, 5, 7])("n = %i: 4d + 2s where the leader writes first, 4d + s where it writes meanwhile", nodes => {
    expect(latencies(raft, false, { nodes })).toEqual([4 * D + 2 * S])
    expect(latencies(raft, true, { nodes })).toEqual([4 * D + S])
  })

  describe.each([5, 23, 24, 100].map(ms => ms * MILLISECOND))("the leader's disk takes S = %i us", leaderSync => {
    test("the sum of S and 2d + s where it writes first", () => {
      expect(latencies(raft, false, { nodes: 2, leaderSync })).toEqual([2 * D + leaderSync + 2 * D + S])
    })

    test("the longer one of S and 2d + s where it writes meanwhile, and is needed for a majority", () => {
      const longer = 2 * D + Math.max(leaderSync, 2 * D + S)
      expect(latencies(raft, true, { nodes: 2, leaderSync })).toEqual([longer])
      expect(latencies(raft, true, { nodes: 3, leaderSync, dead: [2] })).toEqual([longer])
    })

    test("2d + s where the others are a majority without it, however slow its disk", () => {
      expect(latencies(raft, true, { nodes: 3, leaderSync })).toEqual([4 * D + S])
      expect(latencies(raft, true, { nodes: 5, leaderSync, dead: [4] })).toEqual([4 * D + S])
    })
  })

  test("nothing changes where disks take no time, but that the leader's disk acknowledges", () => {
    const run = (parallelWrite: boolean) => {
      const cluster = ledCluster({ nodes: 3, parameters: { parallelWrite } })
      commit(cluster, 0, put(1, 1, "x"))
      return [cluster.count(undefined, "protocol"), cluster.facts.map(({ time, fact }) => [time, fact.type])]
    }
    expect(run(true)).toEqual(run(false))
  })
})

test("a leader leads from when it says so to others, however slow its own disk is", () => {
  const { outcome } = completeRun(raft, leaderElection, {
    nodes: 3,
    latency: "1ms",
    syncLatency: "1ms",
    parameters: { ...PATIENT, parallelWrite: true },
    workload: { initiators: "one", initiator: 0, interval: "100ms" },
    faults: [{ kind: "slowDisk", target: { nodes: [0] }, syncLatency: 10 * MILLISECOND, at: 0 }],
    duration: "2s",
  })
  expect(outcome.verdicts["leader-claimed"]).toMatchObject({ verdict: "holds" })
})

test("an entry that a crash takes from the leader's disk is not lost: the others have it, and a leader that lacks it is not elected", () => {
  const cluster = createCluster(raft, {
    nodes: 3,
    syncLatency: "20ms",
    parameters: { ...PATIENT, parallelWrite: true },
  })
  cluster.request(9, 0, { type: "Elect" })
  cluster.runFor("1s")
  cluster.request(1, 0, put(1, 1, "kept"))
  // It is on its way; no disk has it yet.
  cluster.runFor("2ms")
  cluster.crash(0)
  cluster.restart(0)
  expect(cluster.disk(0).log).toHaveLength(1)
  cluster.runFor("100ms")
  expect([1, 2].map(node => cluster.disk(node).log.length)).toEqual([2, 2])
  cluster.request(9, 0, { type: "Elect" })
  cluster.runFor("100ms")
  expect(cluster.state(0).role).not.toBe("leader")
  cluster.request(9, 1, { type: "Elect" })
  cluster.runFor("1s")
  expect(cluster.state(1).machine.values.get("x")).toBe("kept")
})

/**
 * The messages of a leader that elects itself alone and has another server to add, up to the crash that takes its term from
 * its disk.
 */
function saidBeforeItsTermIsDurable(algorithm: Algorithm<Raft>): number {
  const parameters = { ...PATIENT, parallelWrite: true, initialMembers: 1 }
  const cluster = createCluster(algorithm, { nodes: 2, syncLatency: "20ms", parameters })
  cluster.request(9, 0, { type: "Elect" })
  cluster.runFor("2ms")
  cluster.request(9, 0, { type: "ChangeMembership", sequence: 1, members: [0, 1] })
  cluster.runFor("10ms")
  cluster.crash(0)
  return cluster.sent.length
}

test("what a leader says does not leave before its term is durable: a leader of one could lead in that term again", () => {
  expect(saidBeforeItsTermIsDurable(raft)).toBe(0)
})

/** Random faults on disks that take their time, some of them much longer than others. */
function runOnSlowDisks(algorithm: Algorithm<Raft>, seed: number, changes: Partial<Turmoil> = {}): RunResult {
  const random = Random.stream(seed, "workload", 5)
  const scenario = turmoilScenario(algorithm, seed, {
    syncLatency: [300, 3_000][random.integer(0, 1)]!,
    ...changes,
    parameters: { ...changes.parameters, parallelWrite: true },
  })
  const slowDisks = Array.from({ length: random.integer(0, 3) }, (): Fault => {
    const target = { nodes: [random.integer(0, scenario.nodes - 1)] }
    const at = random.integer(0, 300_000)
    return {
      kind: "slowDisk",
      target,
      syncLatency: random.integer(1_000, 30_000),
      at,
      for: random.integer(10_000, 100_000),
    }
  })
  return simulate({ ...scenario, faults: [...scenario.faults, ...slowDisks] }, seed, { pool: POOL })
}

test("250 random runs with crashes, torn writes, slow disks, partitions and changes of membership: nothing unsafe", () => {
  let ok = 0
  for (let seed = 1; seed <= randomRuns(250); seed++) {
    const run = runOnSlowDisks(raft, seed)
    expect(findings(run), `seed ${seed}, ${JSON.stringify(turmoil(seed))}`).toEqual([])
    if (run.status === "completed") ok += run.outcome.ok
  }
  expect(ok).toBeGreaterThan(10 * randomRuns(250))
})

describe.skipIf(isMutationRun)("mistakes planted on purpose", () => {
  const OWN = "algorithms/raft/own-disk.ts"
  const ELECTION = "algorithms/raft/election.ts"
  const REPLICATION = "algorithms/raft/replication.ts"

  async function compile(edit: Edit): Promise<Algorithm<Raft>> {
    const { raft: mutant } = await compileWith<{ raft: Algorithm<Raft> }>("algorithms/raft/raft.ts", [edit])
    return mutant
  }

  const elections: Partial<Turmoil> = {
    operator: false,
    nodes: 3,
    faults: 60,
    span: 3_000,
    syncLatency: 3_000,
    parameters: { electionTimeoutMin: "6ms", electionTimeoutMax: "8ms", heartbeatInterval: "3ms", reads: "log" },
  }

  const unsafe: readonly { mistake: string; edit: Edit; caughtBy: string; in?: Partial<Turmoil> }[] = [
    {
      mistake: "a leader counts itself before its disk has the entry",
      edit: { file: OWN, from: "if (!node.parameters.parallelWrite) {", to: "if (node.id >= 0) {" },
      caughtBy: "acknowledged-writes-kept",
      in: { nodes: 3, faults: 30, operator: false },
    },
    {
      mistake: "a vote is given before it is durable",
      edit: {
        file: ELECTION,
        from: 'node.send(from, { type: "RequestVoteReply", term: disk.currentTerm, voteGranted })',
        to: 'node.send(from, { type: "RequestVoteReply", term: disk.currentTerm, voteGranted }, "protocol", "now")',
      },
      caughtBy: "Election Safety (§5.2)",
      in: elections,
    },
    {
      mistake: "a follower acknowledges what is not durable",
      edit: {
        file: REPLICATION,
        from: "  node.send(leader, reply)\n",
        to: '  node.send(leader, reply, "protocol", "now")\n',
      },
      caughtBy: "acknowledged-writes-kept",
      in: { nodes: 3, faults: 30, operator: false },
    },
  ]

  test.each(unsafe)("$mistake: $caughtBy", async ({ mistake, edit, caughtBy, ...drawn }) => {
    const mutant = await compile(edit)
    const found = new Set<string>()
    const seed = seedThatShows(`raft on slow disks: ${mistake}`, 500, each => {
      for (const finding of findings(runOnSlowDisks(mutant, each, drawn.in))) found.add(finding)
      return [...found].some(finding => finding.startsWith(caughtBy))
    })
    expect(seed, [...found].join("; ")).toBeDefined()
  })

  const slow = { nodes: 2, leaderSync: 100 * MILLISECOND }
  const behaviours: readonly { mistake: string; edit: Edit; of: (algorithm: Algorithm<Raft>) => unknown }[] = [
    {
      mistake: "the leader's disk acknowledges at once",
      edit: { file: OWN, from: 'node.send(node.id, reply, "protocol", "durable")', to: "node.send(node.id, reply)" },
      of: algorithm => latencies(algorithm, true, slow),
    },
    {
      mistake: "the leader's disk never acknowledges",
      edit: { file: OWN, from: '  node.send(node.id, reply, "protocol", "durable")\n', to: "" },
      of: algorithm => latencies(algorithm, true, { nodes: 3, dead: [2] }),
    },
    {
      mistake: "entries wait for the leader's disk",
      edit: { file: REPLICATION, from: '"heartbeat" : "protocol", releaseOf(node))', to: '"heartbeat" : "protocol")' },
      of: algorithm => latencies(algorithm, true, { nodes: 3 }),
    },
    {
      mistake: "answers wait for the leader's disk",
      edit: {
        file: "algorithms/raft/apply.ts",
        from: "answerCommand(node, command, result, releaseOf(node))",
        to: "answerCommand(node, command, result)",
      },
      of: algorithm => latencies(algorithm, true, { nodes: 3, leaderSync: 100 * MILLISECOND }),
    },
    {
      mistake: "a leader that elects itself alone speaks before its term is durable",
      edit: {
        file: ELECTION,
        from: "state.isTermDurable = state.votes.some(",
        to: "state.isTermDurable = true || state.votes.some(",
      },
      of: saidBeforeItsTermIsDurable,
    },
    {
      mistake: "a leader that has its term on its disk never knows",
      edit: { file: ELECTION, from: "granted === true && voter !== node.id", to: "granted === null && voter < 0" },
      of: algorithm => firstAppend(algorithm),
    },
  ]

  /** How long after its election a leader's first entries leave. */
  function firstAppend(algorithm: Algorithm<Raft>): Micros {
    const cluster = createCluster(algorithm, {
      nodes: 3,
      syncLatency: "20ms",
      parameters: { ...PATIENT, parallelWrite: true },
    })
    cluster.request(9, 0, { type: "Elect" })
    cluster.runUntil(() => cluster.count("AppendEntries") > 0)
    return cluster.now
  }

  test.each(behaviours)("$mistake: seen", async ({ edit, of }) => {
    expect(of(await compile(edit))).not.toEqual(of(raft))
  })
})
