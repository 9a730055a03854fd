// Messages that a request, a view change, a recovery and a state transfer cost, and latencies in link delays d: exact.
import { describe, expect, test } from "vitest"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun } from "../../support/service-run.ts"
import { areNormalIn, liveReplicas, missPrimary, patientGroup, type VsrCluster, write } from "./support.ts"

const SIZES = [3, 5, 7, 9]
const D = 10 * MILLISECOND

describe.each(SIZES)("normal operation (§4.1), n = %i", n => {
  test("2(n-1) messages a request, the commit with the next message", () => {
    const cluster = patientGroup({ nodes: n, latency: "10ms" })
    for (let sequence = 1; sequence <= 20; sequence++) {
      cluster.request(0, 0, write(`v${sequence}`, 0, sequence))
      cluster.runUntil(() => cluster.replies.length === sequence)
    }
    cluster.runFor("1s")
    expect(cluster.count("Prepare")).toBe(20 * (n - 1))
    expect(cluster.count("PrepareOk")).toBe(20 * (n - 1))
    expect(cluster.count(undefined, "protocol")).toBe(20 * 2 * (n - 1))
    expect(cluster.count(undefined, "retransmission")).toBe(0)
  })

  test("on links that reorder, too", () => {
    const latency = { model: "uniform", min: 1_000, max: 20_000 } as const
    const cluster = patientGroup({ nodes: n, latency, parameters: { heartbeatInterval: "1s" } })
    for (let client = 0; client < 50; client++) {
      cluster.request(client, 0, write("x", client))
      cluster.runFor("2ms")
    }
    cluster.runFor("500ms")
    expect(cluster.replies.length).toBe(50)
    expect(cluster.count(undefined, "protocol")).toBe(50 * 2 * (n - 1))
    expect(cluster.sent.length).toBe(50 * 2 * (n - 1))
  })

  test("n-1 heartbeats an interval while nothing is asked, and nothing else", () => {
    const cluster = patientGroup({ nodes: n })
    cluster.runFor("7500ms")
    expect(cluster.count("Commit", "heartbeat")).toBe(100 * (n - 1))
    expect(cluster.sent.length).toBe(100 * (n - 1))
  })
})

/** Crashes the primary and as many others, and has all that are left miss it at once. */
function changeView(n: number, others = 0): VsrCluster {
  const cluster = patientGroup({ nodes: n, latency: "10ms" })
  cluster.request(0, 0, write("x"))
  cluster.runFor("1s")
  cluster.crash(0)
  for (let k = 0; k < others; k++) cluster.crash(n - 1 - k)
  cluster.clearCounts()
  missPrimary(cluster, ...liveReplicas(cluster))
  return cluster
}

function timeUntil(cluster: VsrCluster, holds: () => boolean): Micros {
  const begun = cluster.now
  cluster.runUntil(holds)
  return cluster.now - begun
}

function isNormal(cluster: VsrCluster, replica: NodeId): boolean {
  return cluster.state(replica).status === "normal"
}

describe.each(SIZES)("view change (§4.2), n = %i", n => {
  const f = (n - 1) / 2

  test("(n-1)² + 2n-3 messages with the old primary dead", () => {
    const cluster = changeView(n)
    cluster.runUntil(() => areNormalIn(cluster, 1))
    cluster.runFor("30ms")
    expect(cluster.count("StartViewChange")).toBe((n - 1) ** 2)
    expect(cluster.count("DoViewChange")).toBe(n - 2)
    expect(cluster.count("StartView")).toBe(n - 1)
    expect(cluster.count(undefined, "protocol")).toBe((n - 1) ** 2 + 2 * n - 3)
    expect(cluster.count(undefined, "retransmission")).toBe(0)
  })

  test.each(Array.from({ length: f }, (_, c) => [c]))("(n-1)(n-1-c) + n-2-c + n-1 with %i others dead, too", c => {
    const cluster = changeView(n, c)
    cluster.runUntil(() => areNormalIn(cluster, 1))
    cluster.runFor("30ms")
    expect(cluster.count(undefined, "protocol")).toBe((n - 1) * (n - 1 - c) + (n - 2 - c) + (n - 1))
  })

  test("all time out together: the primary is ready after 2d, the backups after 3d", () => {
    const cluster = changeView(n)
    expect(timeUntil(cluster, () => isNormal(cluster, 1))).toBe(2 * D)
    expect(timeUntil(cluster, () => areNormalIn(cluster, 1))).toBe(D)
  })

  test("one times out first, and the others join: one d more, unless it is the new primary of three", () => {
    for (const first of [1, 2]) {
      const cluster = patientGroup({ nodes: n, latency: "10ms" })
      cluster.runFor("1ms")
      cluster.crash(0)
      missPrimary(cluster, first)
      const early = n === 3 && first === 1 ? 1 : 0
      const isReady = (): boolean => isNormal(cluster, 1) && cluster.state(1).viewNumber === 1
      expect(timeUntil(cluster, isReady)).toBe((3 - early) * D)
      expect(timeUntil(cluster, () => areNormalIn(cluster, 1))).toBe(D)
    }
  })

  test("(n+2)(n-1) with nobody dead", () => {
    const cluster = patientGroup({ nodes: n, latency: "10ms" })
    cluster.request(9, 1, { type: "Elect" })
    cluster.runFor("1s")
    expect(areNormalIn(cluster, 1)).toBe(true)
    expect(cluster.count(undefined, "protocol")).toBe((n + 2) * (n - 1))
  })

  test("requests that are not committed are prepared in the new view by n-2 messages more (step 5)", () => {
    const cluster = patientGroup({ nodes: n, latency: "10ms" })
    cluster.intercept((_, __, { type }) => (type === "PrepareOk" ? "drop" : "deliver"))
    cluster.request(0, 0, write("x"))
    cluster.runFor("25ms")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.clearCounts()
    missPrimary(cluster, ...liveReplicas(cluster))
    cluster.runFor("70ms")
    expect(areNormalIn(cluster, 1)).toBe(true)
    expect(cluster.count("PrepareOk")).toBe(n - 2)
    expect(cluster.count(undefined, "protocol")).toBe((n - 1) ** 2 + 2 * n - 3 + n - 2)
    expect(cluster.state(1).commitNumber).toBe(1)
  })
})

describe.each(SIZES)("recovery (§4.3), n = %i", n => {
  test("2(n-1) messages, 2d", () => {
    const cluster = patientGroup({ nodes: n, latency: "10ms" })
    cluster.request(0, 0, write("x"))
    cluster.runFor("1s")
    cluster.crash(n - 1)
    cluster.clearCounts()
    cluster.restart(n - 1)
    expect(timeUntil(cluster, () => isNormal(cluster, n - 1))).toBe(2 * D)
    expect(cluster.count("Recovery")).toBe(n - 1)
    expect(cluster.count("RecoveryResponse")).toBe(n - 1)
    expect(cluster.count(undefined, "protocol")).toBe(2 * (n - 1))
  })

  test("with f-1 others dead, the primary alive: n-1 and f+1 messages, and still 2d", () => {
    const f = (n - 1) / 2
    const cluster = patientGroup({ nodes: n, latency: "10ms" })
    for (let k = 0; k < f; k++) cluster.crash(n - 1 - k)
    cluster.runFor("1s")
    cluster.clearCounts()
    cluster.restart(n - 1)
    expect(timeUntil(cluster, () => isNormal(cluster, n - 1))).toBe(2 * D)
    expect(cluster.count(undefined, "protocol")).toBe(n - 1 + f + 1)
  })
})

test("state transfer (§5.2): 2 messages, 2d after the replica learns that it missed something", () => {
  const cluster = patientGroup({ nodes: 3, latency: "10ms" })
  cluster.isolate(2)
  cluster.request(0, 0, write("x"))
  cluster.runFor("70ms")
  cluster.heal()
  cluster.clearCounts()
  cluster.runUntil(() => cluster.count("GetState") > 0)
  expect(timeUntil(cluster, () => cluster.state(2).commitNumber === 1)).toBe(2 * D)
  expect([cluster.count("GetState"), cluster.count("NewState")]).toEqual([1, 1])
  expect(cluster.count(undefined, "retransmission")).toBe(2)
})

describe("as the service measures it, one client", () => {
  test.each(SIZES)(
    "n = %i: 2(n-1) protocol messages an operation, 4d, and a sync of the disk makes no difference",
    n => {
      const measure = (syncLatency: string, ask: string) =>
        completeRun(viewstampedReplication, replicatedLog, {
          nodes: n,
          latency: "10ms",
          syncLatency,
          workload: { mode: "closed", clients: 1, ask, retryAfter: "10s", deadline: "20s" },
          warmup: "2s",
          duration: "7s",
        })
      for (const syncLatency of ["0ms", "20ms"]) {
        const { outcome, messages } = measure(syncLatency, "leader")
        expect(outcome.ok).toBeGreaterThan(100)
        expect(messages.protocol).toBe(outcome.ok * 2 * (n - 1))
        expect([outcome.latency.min, outcome.latency.max]).toEqual([4 * D, 4 * D])
      }
      expect(measure("0ms", "follower").outcome.latency.max).toBe(6 * D)
    },
  )
})

test("a request that is asked for again is answered without any message, before it is executed and after", () => {
  const cluster = patientGroup({ nodes: 3, latency: "10ms" })
  cluster.request(0, 0, write("x"))
  cluster.runFor("15ms")
  cluster.request(0, 0, write("x"))
  cluster.runFor("60ms")
  expect(cluster.count("Prepare")).toBe(2)
  cluster.request(0, 0, write("x"))
  cluster.runFor("60ms")
  expect(cluster.count("Prepare")).toBe(2)
  expect(cluster.replies.map(({ reply }) => reply)).toEqual([0, 1].map(() => cluster.replies[0]!.reply))
})

test("one replica is a group of its own: no messages at all, and none that could help it to recover", () => {
  const cluster = patientGroup({ nodes: 1 })
  cluster.request(0, 0, write("x"))
  cluster.runFor("3ms")
  expect(cluster.replies.length).toBe(1)
  cluster.crash(0)
  cluster.restart(0)
  cluster.runFor("10s")
  expect(cluster.sent.length).toBe(0)
  expect(cluster.state(0).status).toBe("recovering")
})
