// Exact message counts and latencies: n = 3, 5, 7, 9, constant links of delay d = 1 ms.
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import { command, commit, leaders, ledCluster, PATIENT, put, type RaftCluster } from "./support.ts"

const SIZES = [3, 5, 7, 9]
const D = 1_000

function counts(cluster: RaftCluster): { protocol: number; heartbeat: number; retransmission: number } {
  return {
    protocol: cluster.count(undefined, "protocol"),
    heartbeat: cluster.count(undefined, "heartbeat"),
    retransmission: cluster.count(undefined, "retransmission"),
  }
}

/** A cluster with a leader whose heartbeats do not come between. */
function quiet(n: number, parameters: Readonly<Record<string, unknown>> = {}): RaftCluster {
  const cluster = ledCluster({ nodes: n, parameters: { heartbeatInterval: "1h", ...parameters } })
  cluster.replies.length = 0
  return cluster
}

describe.each(SIZES)("n = %i", n => {
  test("a command in steady state: 2(n-1) messages, appends and acknowledgements", () => {
    const cluster = quiet(n)
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    expect(cluster.replies).toHaveLength(10)
    expect(counts(cluster)).toEqual({ protocol: 10 * 2 * (n - 1), heartbeat: 0, retransmission: 0 })
    expect(cluster.count("AppendEntries")).toBe(10 * (n - 1))
  })

  test("the same under the service's workload: exactly 2(n-1) protocol messages an operation", () => {
    const run = completeRun(raft, replicatedLog, {
      nodes: n,
      workload: { mode: "closed", clients: 1, operations: 500 },
      warmup: "2s",
      duration: "10s",
    })
    expect(violations(run.outcome)).toEqual([])
    expect(run.outcome.ok).toBe(500)
    expect(run.messages.protocol).toBe(500 * 2 * (n - 1))
    expect(run.messages.retransmission).toBe(0)
  })

  test("with immediate notice of the commit: 4(n-1)", () => {
    const cluster = quiet(n, { notifyCommit: true })
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    expect(counts(cluster)).toEqual({ protocol: 10 * 4 * (n - 1), heartbeat: 0, retransmission: 0 })
  })

  test("dead followers are still sent to: (n-1) appends and the acknowledgements of the live", () => {
    const cluster = quiet(n)
    cluster.crash(n - 1)
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    expect(counts(cluster).protocol).toBe(10 * (n - 1 + n - 2))
  })

  test("an election with nobody dead: 2(n-1)", () => {
    const cluster = quiet(n)
    cluster.request(99, 1, { type: "Elect" })
    cluster.runFor("50ms")
    expect(leaders(cluster)).toEqual([1])
    expect(counts(cluster)).toEqual({ protocol: 2 * (n - 1), heartbeat: 2 * (n - 1), retransmission: 0 })
  })

  test("an election after the leader's death: 2n-3 to victory, 4n-6 with the first heartbeats", () => {
    const cluster = quiet(n)
    cluster.crash(0)
    cluster.request(99, 1, { type: "Elect" })
    cluster.runFor("50ms")
    expect(leaders(cluster)).toEqual([1])
    expect(counts(cluster)).toEqual({ protocol: 2 * n - 3, heartbeat: 2 * n - 3, retransmission: 0 })
    expect(cluster.count()).toBe(4 * n - 6)
  })

  test("an idle leader: 2(n-1) heartbeat messages an interval", () => {
    const cluster = ledCluster({ nodes: n, parameters: { heartbeatInterval: "75ms" } })
    cluster.runFor("7.5s")
    expect(counts(cluster)).toEqual({ protocol: 0, heartbeat: 100 * 2 * (n - 1), retransmission: 0 })
  })

  test("a read: 2(n-1) by read index and through the log, none under a lease", () => {
    const read = (reads: string): number => {
      const { cluster, leader } = reading(n, reads)
      cluster.request(1, leader, command(1, 1, { op: "get", key: "x" }))
      cluster.runFor("20ms")
      expect(cluster.replies.map(({ reply }) => reply.type)).toEqual(["Result"])
      return counts(cluster).protocol
    }
    expect([read("index"), read("lease"), read("log")]).toEqual([2 * (n - 1), 0, 2 * (n - 1)])
  })
})

/** A cluster just after a round of heartbeats: its leader holds a lease, if leases are what it reads by. */
function reading(n: number, reads: string): { cluster: RaftCluster; leader: NodeId } {
  const cluster = createCluster(raft, { nodes: n, parameters: { reads } })
  cluster.runUntil(() => leaders(cluster).length === 1)
  cluster.runFor("1s")
  cluster.clearCounts()
  cluster.runUntil(() => cluster.count(undefined, "heartbeat") === 2 * (n - 1))
  cluster.runFor("2ms")
  cluster.clearCounts()
  return { cluster, leader: leaders(cluster)[0]! }
}

describe("latency in link delays d", () => {
  test.each(SIZES)("n = %i: committed at the leader 2d after the request came", n => {
    const cluster = quiet(n)
    cluster.request(0, 0, put(0, 1, "v"))
    const start = cluster.now
    cluster.runUntil(() => cluster.state(0).commitIndex === 2)
    const applied = cluster.facts.find(({ fact }) => fact.type === "applied" && fact.index === 2)
    expect(applied?.time).toBe(start + D + 2 * D)
  })

  test.each(SIZES)("n = %i: a client at the leader is answered after 4d, one at a follower redirected after 2d", n => {
    const cluster = quiet(n)
    const start = cluster.now
    cluster.request(0, 0, put(0, 1, "v"))
    cluster.request(1, 1, put(1, 1, "v"))
    cluster.runFor("50ms")
    const answers = cluster.replies.map(({ client, time, reply }) => [client, time - start, reply.type])
    expect(answers).toEqual([
      [1, 2 * D, "Redirect"],
      [0, 4 * D, "Result"],
    ])
  })

  test.each([
    ["leader", 4],
    ["follower", 6],
  ])("under the service's workload, a client that asks the %s is answered after %id", (ask, delays) => {
    const run = completeRun(raft, replicatedLog, {
      nodes: 5,
      workload: { mode: "closed", clients: 1, operations: 200, ask },
      warmup: "2s",
      duration: "10s",
    })
    expect(run.outcome.ok).toBe(200)
    expect([run.outcome.latency.min, run.outcome.latency.max]).toEqual([delays * D, delays * D])
  })

  test("followers learn of a commit 3d after the request came if told at once, else with the next heartbeat", () => {
    const learnt = (parameters: Readonly<Record<string, unknown>>): number => {
      const cluster = ledCluster({ nodes: 5, parameters: { heartbeatInterval: "100ms", ...parameters } })
      const start = cluster.now
      cluster.request(0, 0, put(0, 1, "v"))
      cluster.runFor("1s")
      const applied = cluster.facts.find(({ node, fact }) => node === 4 && fact.type === "applied" && fact.index === 2)
      return applied!.time - (start + D)
    }
    expect(learnt({ notifyCommit: true })).toBe(3 * D)
    expect(learnt({})).toBe(100 * D + D)
  })

  test("a read is answered after 4d by read index, 2d under a lease", () => {
    const latency = (reads: string): number => {
      const { cluster, leader } = reading(5, reads)
      const start = cluster.now
      cluster.request(1, leader, command(1, 1, { op: "get", key: "x" }))
      cluster.runFor("50ms")
      return cluster.replies.at(-1)!.time - start
    }
    expect([latency("index"), latency("lease"), latency("log")]).toEqual([4 * D, 2 * D, 4 * D])
  })

  test("the leader's disk is written while its messages are not yet gone: a sync of s costs 4d + 2s", () => {
    const cluster = ledCluster({ nodes: 5, syncLatency: "3ms", parameters: { heartbeatInterval: "1h" } })
    const start = cluster.now
    cluster.request(0, 0, put(0, 1, "v"))
    cluster.runFor("100ms")
    expect(cluster.replies.at(-1)!.time - start).toBe(4 * D + 2 * 3_000)
  })
})

describe("pre-votes (thesis §9.6)", () => {
  test.each(SIZES)("n = %i: an election costs another 2(n-1), and 2n-3 if the leader is dead", n => {
    const parameters = { ...PATIENT, electionTimeoutMin: "1ms", preVote: true }
    const cluster = createCluster(raft, { nodes: n, parameters })
    const electionOf = (node: NodeId): number => {
      cluster.runFor("10ms")
      cluster.clearCounts()
      cluster.request(99, node, { type: "Elect" })
      cluster.runFor("50ms")
      expect(leaders(cluster)).toEqual([node])
      return counts(cluster).protocol
    }
    expect(electionOf(1)).toBe(2 * 2 * (n - 1))
    cluster.crash(1)
    expect(electionOf(0)).toBe(2 * (2 * n - 3))
  })
})
