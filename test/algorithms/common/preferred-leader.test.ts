// A preferred leader of Raft and of Multi-Paxos: it is elected first, and leads again when it is back, without a gap.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos } from "../../../algorithms/multi-paxos/types.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { completeRun, runService, violations } from "../../support/service-run.ts"
import { randomScenario } from "../multi-paxos/random-faults.ts"
import { findings, runInTurmoil } from "../raft/chaos.ts"
import { commit, PATIENT, put } from "../raft/support.ts"

const ALGORITHMS: readonly Algorithm[] = [raft, multiPaxos]
const named = ALGORITHMS.map(algorithm => [algorithm.title, algorithm] as const)

/** The leader some seconds after another node began to lead. */
function leaderLater(algorithm: Algorithm, preferredLeader: number, seed = 1): NodeId | null {
  const { trace } = leading(algorithm, preferredLeader, seed)
  return trace.at(-1) ?? null
}

/** The leaders that the group had, in their order, where node 1 leads at first. */
function leading(algorithm: Algorithm, preferredLeader: number, seed: number, faults: readonly Fault[] = []) {
  const trace: NodeId[] = []
  const run = completeRun(
    algorithm,
    replicatedLog,
    {
      nodes: 5,
      leader: 1,
      latency: { model: "uniform", min: 2_000, max: 8_000 },
      parameters: { preferredLeader },
      workload: { rate: "100/s" },
      faults,
      duration: "5s",
      simulation: {
        observer: event => {
          if (event.type !== "fact" || event.fact.type !== "believes" || !("leader" in event.fact)) return
          if (event.fact.leader === event.node) trace.push(event.node)
        },
      },
    },
    seed,
  )
  return { trace, run }
}

describe.each(named)("%s", (_, algorithm) => {
  test("hands over to the preferred node, once, and no operation is lost", () => {
    for (let seed = 1; seed <= randomRuns(20); seed++) {
      const { trace, run } = leading(algorithm, 3, seed)
      expect(trace, `seed ${seed}`).toEqual([1, 3])
      expect([run.outcome.availability, run.outcome.outages], `seed ${seed}`).toEqual([1, []])
      expect(violations(run)).toEqual([])
    }
  })

  test("changes nothing where the leader is preferred, or nobody is", () => {
    expect(leading(algorithm, 1, 1).trace).toEqual([1])
    expect(leading(algorithm, -1, 1).trace).toEqual([1])
  })

  test("elects the preferred node first", () => {
    expect(electedFirst(algorithm, 3)).toEqual(new Set([3]))
    expect(electedFirst(algorithm, -1).size).toBeGreaterThan(2)
  })

  test("has another leader while the preferred node is down, and the preferred one again afterwards", () => {
    const { trace, run } = leading(algorithm, 3, 1, [
      { kind: "crash", target: { nodes: [3] }, at: 2 * SECOND, for: 1 * SECOND },
    ])
    expect([trace[0], trace[1], trace.at(-1)]).toEqual([1, 3, 3])
    expect(trace.slice(2, -1).every(leader => leader !== 3)).toBe(true)
    expect(trace.length).toBeGreaterThan(3)
    expect(run.outcome.outages.filter(({ end }) => end > 3 * SECOND)).toEqual([])
  })
})

/** Whom five nodes elect at first. */
function electedFirst(algorithm: Algorithm, preferredLeader: number): Set<NodeId> {
  const elected = new Set<NodeId>()
  for (let seed = 1; seed <= 50; seed++) {
    const latency = { model: "uniform", min: 5_000, max: 15_000 } as const
    const cluster = createCluster(algorithm, { nodes: 5, seed, latency, parameters: { preferredLeader } })
    const leader = (): NodeId | undefined => [0, 1, 2, 3, 4].find(node => cluster.standing(node)?.rank === 2)
    cluster.runUntil(() => leader() !== undefined)
    elected.add(leader()!)
  }
  return elected
}

/** How often Raft's leader tells the preferred one to take over, in the time of nine and of eleven election timeouts, in vain. */
function attempts(algorithm: Algorithm<Raft>): readonly number[] {
  const parameters = {
    electionTimeoutMin: "200ms",
    electionTimeoutMax: "300ms",
    heartbeatInterval: "50ms",
    preferredLeader: 2,
  }
  const cluster = createCluster(algorithm, { nodes: 3, parameters })
  cluster.intercept((_, __, message) => (message.type === "TimeoutNow" ? "drop" : "deliver"))
  cluster.request(9, 0, { type: "Elect" })
  cluster.runFor(9 * 300_000)
  const early = cluster.count("TimeoutNow")
  cluster.runFor(2 * 300_000)
  return [early, cluster.count("TimeoutNow")]
}

test("Raft: a leader whose successor does not take over leads on, and tries again ten election timeouts later", () => {
  expect(attempts(raft)).toEqual([1, 2])
})

/** The preferred node has missed 30 entries. Whether the leader takes a command while it is sent the first of them. */
function takesCommandsMeanwhile(algorithm: Algorithm<Raft>): boolean {
  const parameters = { ...PATIENT, preferredLeader: 2, maxBatch: 1, heartbeatInterval: "50ms" }
  const cluster = createCluster(algorithm, { nodes: 3, parameters })
  cluster.isolate(2)
  cluster.request(9, 0, { type: "Elect" })
  cluster.runUntil(() => cluster.state(0).role === "leader")
  for (let sequence = 1; sequence <= 30; sequence++) commit(cluster, 0, put(1, sequence, "x"))
  cluster.heal()
  cluster.clearCounts()
  cluster.runUntil(() => cluster.count("AppendEntriesReply") > 4)
  return cluster.state(0).transferee === null
}

test("Raft: no leader hands over to a server that lacks what is committed", () => {
  expect(takesCommandsMeanwhile(raft)).toBe(true)
})

/** Whom a group of three hands over to that has a fourth server, preferred and no voter. */
function transfereeWithoutVote(algorithm: Algorithm<Raft>): NodeId | null {
  const cluster = createCluster(algorithm, { nodes: 4, parameters: { initialMembers: 3, preferredLeader: 3 } })
  cluster.runUntil(() => cluster.leader() !== null)
  const leader = cluster.leader()!
  cluster.inject(3, leader, {
    type: "AppendEntriesReply",
    term: cluster.disk(leader).currentTerm,
    success: true,
    index: 1,
    conflictTerm: 0,
    conflictIndex: 0,
    round: 0,
  })
  return cluster.state(leader).transferee
}

test("Raft: no leader hands over to a server without a vote", () => {
  expect(transfereeWithoutVote(raft)).toBeNull()
})

/** How often a preferred node that hears the leader, and whom nobody hears, stands for leader in nine election timeouts. */
function ballotsInVain(algorithm: Algorithm<MultiPaxos>): number {
  const parameters = {
    electionTimeoutMin: "200ms",
    electionTimeoutMax: "300ms",
    heartbeatInterval: "50ms",
    preferredLeader: 2,
  }
  const cluster = createCluster(algorithm, { nodes: 3, parameters })
  cluster.request(9, 0, { type: "Elect" })
  cluster.intercept((_, to, message) => (message.type === "Promise" && to === 2 ? "drop" : "deliver"))
  cluster.runFor(9 * 300_000)
  return new Set(
    cluster.sent.flatMap(({ from, message }) => (from === 2 && message.type === "Prepare" ? [message.ballot] : [])),
  ).size
}

test("a node that is preferred must be one of the group", () => {
  for (const algorithm of ALGORITHMS) {
    const parameters = { ...defaultsOf(algorithm), preferredLeader: 3 }
    expect(algorithm.conflict?.(parameters, 3)).toMatchObject({ parameter: "preferredLeader" })
    expect(algorithm.conflict?.(parameters, 4)).toBeUndefined()
  }
})

function defaultsOf(algorithm: Algorithm): Record<string, unknown> {
  return Object.fromEntries(Object.entries(algorithm.parameters).map(([name, declared]) => [name, declared.default]))
}

describe("random faults, one node preferred: nothing unsafe", () => {
  test("Raft", () => {
    for (let seed = 1; seed <= randomRuns(300); seed++) {
      const run = runInTurmoil(raft, seed, { parameters: { preferredLeader: seed % 3, priorityDelay: "5ms" } })
      expect(findings(run), `seed ${seed}`).toEqual([])
    }
  })

  test("Multi-Paxos", () => {
    for (let seed = 1; seed <= randomRuns(200); seed++) {
      const options = randomScenario(seed)
      const parameters = { ...options.parameters, preferredLeader: seed % options.nodes, priorityDelay: "20ms" }
      const run = runService(multiPaxos, replicatedLog, { ...options, parameters }, seed)
      expect(run.status === "failed" ? run.reason : violations(run), `seed ${seed}`).toEqual([])
    }
  })
})

describe.skipIf(isMutationRun)("mistakes planted on purpose", () => {
  const PREFERENCE = "algorithms/common/preferred-leader.ts"
  const TRANSFER = "algorithms/raft/transfer.ts"
  const LEADER = "algorithms/multi-paxos/leader.ts"

  const ofRaft: readonly { mistake: string; edit: Edit; of: (algorithm: Algorithm<Raft>) => unknown }[] = [
    {
      mistake: "hands over to a server that lacks what is committed",
      edit: { file: TRANSFER, from: "state.matchIndex[server]! < state.commitIndex || ", to: "" },
      of: takesCommandsMeanwhile,
    },
    {
      mistake: "hands over to a server without a vote",
      edit: {
        file: TRANSFER,
        from: "state.change !== null || !isVoter(state.configuration, server)",
        to: "state.change !== null",
      },
      of: transfereeWithoutVote,
    },
    {
      mistake: "tries again at once",
      edit: { file: TRANSFER, from: "  state.handOverAt = nextAttempt(node)\n", to: "" },
      of: attempts,
    },
    {
      mistake: "does not hand over",
      edit: { file: "algorithms/raft/replication.ts", from: "  preferLeader(node, server)\n", to: "" },
      of: algorithm => leaderLater(algorithm, 3),
    },
    {
      mistake: "lets the others stand as soon as the preferred one",
      edit: {
        file: PREFERENCE,
        from: ": drawn + priorityDelay",
        to: ": electionTimeoutMin + (drawn - electionTimeoutMin) / 8",
      },
      of: algorithm => electedFirst(algorithm, 3),
    },
    {
      mistake: "lets the preferred one wait as long as the others",
      edit: { file: PREFERENCE, from: "? electionTimeoutMin : drawn", to: "? drawn + priorityDelay : drawn" },
      of: algorithm => electedFirst(algorithm, 3),
    },
  ]

  test.each(ofRaft)("Raft $mistake", async ({ edit, of }) => {
    const { raft: mutant } = await compileWith<{ raft: Algorithm<Raft> }>("algorithms/raft/raft.ts", [edit])
    expect(of(mutant)).not.toEqual(of(raft))
  })

  const ofPaxos: readonly { mistake: string; edit: Edit; of: (algorithm: Algorithm<MultiPaxos>) => unknown }[] = [
    {
      mistake: "tries again at once",
      edit: { file: LEADER, from: "  detector.takeOverAt = nextAttempt(node)\n", to: "" },
      of: ballotsInVain,
    },
    {
      mistake: "does not take over",
      edit: { file: "algorithms/multi-paxos/multi-paxos.ts", from: "      takeOver(node, firstUnchosen)\n", to: "" },
      of: algorithm => leaderLater(algorithm, 3),
    },
    {
      mistake: "takes over for another node than itself",
      edit: { file: LEADER, from: "preferredLeader !== node.id || proposers", to: "preferredLeader < 0 || proposers" },
      of: algorithm => leading(algorithm, 3, 1).trace,
    },
  ]

  test.each(ofPaxos)("Multi-Paxos $mistake", async ({ edit, of }) => {
    const { multiPaxos: mutant } = await compileWith<{ multiPaxos: Algorithm<MultiPaxos> }>(
      "algorithms/multi-paxos/multi-paxos.ts",
      [edit],
    )
    expect(of(mutant)).not.toEqual(of(multiPaxos))
  })
})
