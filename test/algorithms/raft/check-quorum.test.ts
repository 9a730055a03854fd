// Check-quorum (thesis §6.2): a leader that no majority answers steps down; and what becomes of the group and of it.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { byNight } from "../../support/effort.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import { command, commit, leaders, nodesOf, put, type RaftCluster, redirectsOf } from "./support.ts"

const TIMEOUT = 300_000

/** A cluster with the default timeouts and a leader that all follow. */
function led(nodes: number, parameters: Readonly<Record<string, unknown>> = {}, seed = 1): RaftCluster {
  const cluster = createCluster(raft, { nodes, seed, parameters })
  cluster.runUntil(() => leaders(cluster).length === 1)
  cluster.runFor("500ms")
  return cluster
}

/** Lets a leader hear these servers alone; all hear it. */
function deafen(cluster: RaftCluster, leader: NodeId, except: readonly NodeId[] = []): void {
  cluster.intercept((from, to) => (to === leader && !except.includes(from) ? "drop" : "deliver"))
}

function othersThan(cluster: RaftCluster, leader: NodeId): NodeId[] {
  return nodesOf(cluster).filter(node => node !== leader)
}

describe("a leader that no majority answers", () => {
  test.each([3, 4, 5])(
    "steps down after an election timeout, at most a heartbeat interval later (%d servers)",
    nodes => {
      for (let seed = 1; seed <= randomRuns(20); seed++) {
        const cluster = led(nodes, {}, seed)
        const leader = leaders(cluster)[0]!
        // All but one too few.
        const heard = othersThan(cluster, leader).slice(0, Math.floor(nodes / 2) - 1)
        deafen(cluster, leader, heard)
        const cutAt = cluster.now
        cluster.runFor(TIMEOUT - 75_000)
        expect(leaders(cluster), `seed ${seed}`).toEqual([leader])
        cluster.runUntil(() => cluster.state(leader).role !== "leader", "1s")
        expect(cluster.now - cutAt, `seed ${seed}`).toBeGreaterThan(TIMEOUT - 75_000)
        expect(cluster.now - cutAt, `seed ${seed}`).toBeLessThanOrEqual(TIMEOUT + 75_000 + 2_000)
        expect(cluster.state(leader)).toMatchObject({ role: "follower", leaderId: null })
      }
    },
  )

  test("leads on if just a majority answers, itself counted", () => {
    for (const nodes of [3, 4, 5]) {
      const cluster = led(nodes)
      const leader = leaders(cluster)[0]!
      deafen(cluster, leader, othersThan(cluster, leader).slice(0, Math.floor(nodes / 2)))
      cluster.runFor("60s")
      expect(leaders(cluster), `${nodes} servers`).toEqual([leader])
    }
  })

  test("steps down under load as well, when it has commands to send and no time for heartbeats", () => {
    const cluster = led(3)
    const leader = leaders(cluster)[0]!
    deafen(cluster, leader)
    const cutAt = cluster.now
    for (let sequence = 1; cluster.state(leader).role === "leader"; sequence++) {
      cluster.request(0, leader, put(0, sequence, "v"))
      cluster.runFor("5ms")
    }
    expect(cluster.now - cutAt).toBeLessThanOrEqual(TIMEOUT + 7_000)
  })

  test("leads on for ever without check-quorum, and keeps the others from electing", () => {
    const cluster = led(3, { checkQuorum: false })
    const leader = leaders(cluster)[0]!
    deafen(cluster, leader)
    cluster.runFor("60s")
    expect(leaders(cluster)).toEqual([leader])
  })

  test("sends the readers that wait elsewhere, and stays silent about commands", () => {
    const cluster = led(3, { reads: "index" })
    const leader = leaders(cluster)[0]!
    deafen(cluster, leader)
    cluster.request(7, leader, put(7, 1, "v"))
    cluster.request(8, leader, command(8, 1, { op: "get", key: "x" }))
    cluster.runUntil(() => cluster.state(leader).role !== "leader", "1s")
    cluster.runFor("10ms")
    expect(redirectsOf(cluster, 8)).toEqual([null])
    expect(cluster.replies.filter(({ client }) => client === 7)).toEqual([])
  })

  test("does not go by its clock: one that jumps deposes no leader, and spares none", () => {
    const isolation: Fault = { kind: "isolate", target: { leader: true }, direction: "in", at: 8 * SECOND }
    const availability = (faults: readonly Fault[]): number =>
      completeRun(raft, leaderElection, { nodes: 3, warmup: "2s", duration: "12s", faults }).outcome.availability
    const expected = availability([isolation])
    expect(expected).toBeLessThan(1)
    for (const by of [-3_600 * SECOND, 3_600 * SECOND]) {
      const jump: Fault = { kind: "clockOffset", target: { leader: true }, by, at: 4 * SECOND }
      expect(availability([jump]), `by ${by}`).toBe(1)
      expect(availability([jump, isolation]), `by ${by}`).toBe(expected)
    }
  })
})

describe("a new leader", () => {
  test("has an election timeout to be answered, however long its predecessor's term was", () => {
    const cluster = led(3)
    const first = leaders(cluster)[0]!
    cluster.runFor("60s")
    cluster.crash(first)
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.restart(first)
    const second = leaders(cluster)[0]!
    cluster.runFor("1s")
    deafen(cluster, second)
    cluster.request(9, first, { type: "Elect" })
    cluster.runUntil(() => cluster.state(first).role === "leader", "1s")
    cluster.intercept(() => "deliver")
    cluster.runFor("60s")
    expect(leaders(cluster)).toEqual([first])
  })

  test("does not go by answers of an earlier term, in which it led too", () => {
    const cluster = led(3)
    const leader = leaders(cluster)[0]!
    const term = cluster.disk(leader).currentTerm
    deafen(cluster, leader)
    cluster.runFor("50ms")
    const reply = { type: "AppendEntriesReply", term: term - 1, success: true, index: 1 } as const
    const rest = { conflictTerm: 0, conflictIndex: 0, round: 0 }
    for (let i = 0; i < 20; i++) {
      for (const from of othersThan(cluster, leader)) cluster.inject(from, leader, { ...reply, ...rest })
      cluster.runFor("20ms")
    }
    expect(leaders(cluster)).not.toContain(leader)
  })
})

describe("what check-quorum costs", () => {
  test("not one message, in peace", () => {
    const sent = [true, false].map(checkQuorum => {
      const cluster = led(5, { checkQuorum })
      const leader = leaders(cluster)[0]!
      for (let sequence = 1; sequence <= 20; sequence++) commit(cluster, leader, put(0, sequence, "v"))
      return cluster.sent
    })
    expect(sent[0]).toEqual(sent[1])
  })
})

describe("a leader that has lost its majority", () => {
  test("asks before it stands for election again: it returns with the term it had, and deposes nobody", () => {
    for (let seed = 1; seed <= byNight(20, 4); seed++) {
      const cluster = led(5, {}, seed)
      const old = cluster.isolate("leader")
      const term = cluster.disk(old).currentTerm
      cluster.runFor("10s")
      expect(cluster.disk(old).currentTerm, `seed ${seed}`).toBe(term)
      const [next, ...others] = leaders(cluster)
      const nextTerm = cluster.disk(next!).currentTerm
      cluster.heal()
      cluster.runFor("5s")
      expect(others).toEqual([])
      expect([leaders(cluster), cluster.disk(old).currentTerm], `seed ${seed}`).toEqual([[next], nextTerm])
    }
  })

  test("is elected again when the majority returns, and asks no longer", () => {
    for (let seed = 1; seed <= byNight(20, 4); seed++) {
      const cluster = led(3, {}, seed)
      const leader = leaders(cluster)[0]!
      const [one, other] = othersThan(cluster, leader) as [NodeId, NodeId]
      for (const node of [one, other]) cluster.crash(node)
      commit(cluster, leader, put(0, 1, "with nobody to store it"))
      cluster.runFor("5s")
      expect(leaders(cluster), `seed ${seed}`).toEqual([])
      cluster.restart(one)
      cluster.runUntil(() => leaders(cluster).length === 1, "3s")
      // Only it has the last command.
      expect(leaders(cluster), `seed ${seed}`).toEqual([leader])
      cluster.runFor("100ms")
      expect(cluster.state(leader).machine.values.get("x"), `seed ${seed}`).toBe("with nobody to store it")
      expect(cluster.state(leader).asksFirst).toBe(false)
    }
  })

  test("that follows another leader, and loses that one, stands for election as ever", () => {
    const cluster = led(3)
    const old = cluster.isolate("leader")
    cluster.runUntil(() => leaders(cluster).length === 1 && leaders(cluster)[0] !== old, "2s")
    cluster.heal()
    cluster.runFor("1s")
    cluster.clearCounts()
    cluster.request(9, old, { type: "Elect" })
    cluster.runFor("100ms")
    expect(cluster.count("PreVote")).toBe(0)
    expect(leaders(cluster)).toEqual([old])
  })
})

describe("the group of a leader that is heard but hears nobody", () => {
  const settings = [
    {},
    { preVote: true },
    { leaderStickiness: true },
    { preVote: true, leaderStickiness: true },
    { reads: "lease" },
    { reads: "lease", preVote: true },
  ]
  test.each(settings)("goes on with %j", parameters => {
    for (const nodes of [3, 5]) {
      for (let seed = 1; seed <= byNight(10, 3); seed++) {
        const faults: Fault[] = [{ kind: "isolate", target: { leader: true }, direction: "in", at: 4 * SECOND }]
        const options = { nodes, parameters, latency: "5ms", workload: { rate: "50/s" }, warmup: "2s", duration: "20s" }
        const { outcome } = completeRun(raft, replicatedLog, { ...options, faults }, seed)
        expect(violations(outcome), `${nodes} servers, seed ${seed}`).toEqual([])
        expect(outcome.availability, `${nodes} servers, seed ${seed}`).toBeGreaterThan(0.95)
      }
    }
  })

  test("goes on under pre-votes when all but one of its followers hear nobody but a bridge", () => {
    for (let seed = 1; seed <= byNight(10, 3); seed++) {
      const sides = [[0], [1], [2], [3]]
      const faults: Fault[] = [{ kind: "partition", sides, bridge: [4], at: 4 * SECOND }]
      const options = { nodes: 5, parameters: { preVote: true }, latency: "5ms", workload: { rate: "50/s" } }
      const { outcome } = completeRun(raft, replicatedLog, { ...options, faults, warmup: "2s", duration: "20s" }, seed)
      expect(outcome.availability, `seed ${seed}`).toBeGreaterThan(0.95)
    }
  })
})

describe("a candidate that is heard but hears nobody", () => {
  test("does not keep its voters from standing for election: a vote that is asked for again is no new one", () => {
    const parameters = { electionTimeoutMin: "100ms", electionTimeoutMax: "100ms", heartbeatInterval: "30ms" }
    const cluster = createCluster(raft, { nodes: 3, parameters })
    cluster.intercept((from, to) => (to === 0 || from > 0 ? "drop" : "deliver"))
    cluster.request(9, 0, { type: "Elect" })
    cluster.runFor("3ms")
    expect(cluster.disk(1).votedFor).toBe(0)
    cluster.runFor("95ms")
    expect(cluster.count("RequestVote", "retransmission")).toBe(6)
    expect(cluster.state(1).role).toBe("follower")
    cluster.runFor("5ms")
    expect(cluster.state(1).role).toBe("candidate")
  })
})

describe("without a majority of both configurations", () => {
  test("the leader of a joint one steps down", () => {
    const cluster = led(5, { initialMembers: 3 })
    const leader = leaders(cluster)[0]!
    cluster.request(50, leader, { type: "ChangeMembership", sequence: 1, members: [leader, 3, 4] })
    cluster.runUntil(() => cluster.state(leader).configuration.next !== null)
    cluster.crash(3)
    cluster.crash(4)
    cluster.runUntil(() => cluster.state(leader).role !== "leader", "1s")
    // With a majority of the old members alone, that takes one of them that has not stored the joint configuration.
    expect(cluster.disk(leader).log.at(-1)).toMatchObject({ command: { next: [leader, 3, 4] } })
  })

  test("a leader that is not in C_new does not count itself", () => {
    const cluster = led(4, { initialMembers: 3 })
    const leader = leaders(cluster)[0]!
    const [one, other] = [0, 1, 2].filter(node => node !== leader) as [NodeId, NodeId]
    const isOutside = (): boolean => !cluster.state(leader).configuration.members.includes(leader)
    cluster.intercept(() => (isOutside() ? "drop" : "deliver"))
    cluster.request(50, leader, { type: "ChangeMembership", sequence: 1, members: [one, other, 3] })
    cluster.runUntil(isOutside)
    const { currentTerm } = cluster.disk(leader)
    const answer = (from: NodeId): void =>
      cluster.inject(from, leader, { type: "InstallSnapshotReply", term: currentTerm, index: 0 })
    for (let i = 0; i < 20; i++) {
      for (const from of [one, other]) answer(from)
      cluster.runFor("50ms")
    }
    expect(leaders(cluster)).toContain(leader)
    for (let i = 0; i < 10; i++) {
      answer(one)
      cluster.runFor("50ms")
    }
    expect(leaders(cluster)).not.toContain(leader)
  })
})
