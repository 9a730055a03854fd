// Messages, link delays and times of primary-backup replication: exact.
import { describe, expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import {
  detectionTime,
  meanDetectionTime,
  takeOverDelays,
  updateTime,
} from "../../../algorithms/primary-backup/theory.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun } from "../../support/service-run.ts"
import { type Group, group, primaries, read, timedGroup, valueAt, viewAt, write } from "./support.ts"

const SIZES = [2, 3, 5, 7, 9]
const D = 10 * MILLISECOND

describe.each(["view-service", "timeouts"])("by %s", takeover => {
  describe.each(SIZES)("n = %i", n => {
    const measure = (replies: string, workload = {}) =>
      completeRun(primaryBackup, replicatedLog, {
        nodes: n,
        latency: "10ms",
        parameters: { takeover, replies },
        workload: { mode: "closed", clients: 1, retryAfter: "10s", deadline: "20s", ...workload },
        warmup: "2s",
        duration: "7s",
      })

    test("blocking: 2(n-1) messages an operation, 4d", () => {
      const { outcome, messages, messagesByType } = measure("blocking")
      expect(outcome.ok).toBeGreaterThan(100)
      expect(messages.protocol).toBe(outcome.ok * 2 * (n - 1))
      expect([messagesByType["Update"], messagesByType["Ack"]]).toEqual([outcome.ok * (n - 1), outcome.ok * (n - 1)])
      expect(messages.retransmission).toBe(0)
      expect([outcome.latency.min, outcome.latency.max]).toEqual([4 * D, 4 * D])
    })

    test("non-blocking: n-1 messages an operation, 2d", () => {
      const { outcome, messages } = measure("non-blocking")
      expect(messages.protocol).toBe(outcome.ok * (n - 1))
      expect([outcome.latency.min, outcome.latency.max]).toEqual([2 * D, 2 * D])
    })

    test("by redirect 2d more", () => {
      expect(measure("blocking", { ask: "follower" }).outcome.latency.max).toBe(6 * D)
    })

    test("heartbeats: n an interval to the view service, or n-1 from the primary", () => {
      const { messages } = measure("blocking", { operations: 1 })
      // 75 ms each, for 5 s after the warm-up, and what is sent until the run ends.
      const rounds = messages.heartbeat / (takeover === "timeouts" ? n - 1 : n)
      expect(Number.isInteger(rounds)).toBe(true)
      expect(rounds).toBeGreaterThanOrEqual(Math.floor(5_000 / 75))
      expect(rounds).toBeLessThanOrEqual(Math.ceil(5_100 / 75))
    })
  })
})

describe("local reads", () => {
  const ask = (parameters: object) =>
    completeRun(primaryBackup, replicatedLog, {
      nodes: 3,
      latency: "10ms",
      parameters: { ...parameters },
      workload: { mode: "closed", clients: 1, reads: "100%", retryAfter: "10s", deadline: "20s" },
      warmup: "2s",
      duration: "7s",
    })

  test("cost nothing, 2d", () => {
    const { messages, outcome } = ask({ reads: "local" })
    expect([messages.protocol, outcome.latency.max]).toEqual([0, 2 * D])
  })

  test("that saw an update under way wait for it", () => {
    const cluster = group({ nodes: 3, latency: "10ms", parameters: { reads: "local" } })
    cluster.runFor("50ms")
    cluster.request(0, 0, write("v"))
    cluster.request(1, 0, read(1))
    cluster.runUntil(() => cluster.replies.length === 2)
    // As long as the update takes.
    const took = cluster.replies.map(({ client, time }) => [client, time - 50 * MILLISECOND])
    expect(took).toEqual([0, 1].map(client => [client, 4 * D]))
  })
})

const HEARTBEAT = 100 * MILLISECOND
const DELTA = 1 * MILLISECOND
/** tau = 100 ms, delta = 1 ms, d = 10 ms. */
const DETECTION = { delay: D, heartbeat: HEARTBEAT, timeout: HEARTBEAT + DELTA }
const EXACT = { heartbeatInterval: "100ms", detectionTimeout: "101ms" }

function timeUntil(cluster: Group, holds: () => boolean): Micros {
  const begun = cluster.now
  cluster.runUntil(holds)
  return cluster.now - begun
}

describe("take-over after a crash of the primary", () => {
  // Time since the last heartbeat, in ms.
  const PHASES = [0, 1, 25, 50, 99]

  test.each(PHASES)("by timeouts, of two: tau + delta + d - %i ms, and no message", since => {
    const cluster = timedGroup({ nodes: 2, latency: "10ms", parameters: EXACT })
    cluster.runFor(5 * HEARTBEAT + since * MILLISECOND)
    cluster.crash(0)
    cluster.clearCounts()
    const took = timeUntil(cluster, () => primaries(cluster).includes(1))
    expect(took).toBe(detectionTime(DETECTION, since * MILLISECOND))
    expect(took).toBe(HEARTBEAT + DELTA + D - since * MILLISECOND)
    expect(cluster.count(undefined, "protocol")).toBe(0)
  })

  test.each([3, 4, 7])("by timeouts, n = %i: 2(n-2) messages more, and 2d until updates are safe again", n => {
    const cluster = timedGroup({ nodes: n, latency: "10ms", parameters: EXACT })
    cluster.request(0, 0, write("a"))
    cluster.runFor(5 * HEARTBEAT)
    cluster.crash(0)
    cluster.clearCounts()
    cluster.runUntil(() => primaries(cluster).includes(1))
    expect(timeUntil(cluster, () => cluster.state(1).committed === 1)).toBe(2 * D)
    expect([cluster.count("State", "protocol"), cluster.count("Ack", "protocol")]).toEqual([n - 2, n - 2])
    expect(cluster.count(undefined, "protocol")).toBe(2 * (n - 2))
  })

  test("the mean over all phases is tau/2 + delta + d", () => {
    const each = Array.from({ length: 100 }, (_, since) => detectionTime(DETECTION, (since + 0.5) * MILLISECOND))
    const mean = each.reduce((sum, time) => sum + time, 0) / each.length
    expect(mean).toBeCloseTo(meanDetectionTime(DETECTION), 6)
    expect(meanDetectionTime(DETECTION)).toBe(HEARTBEAT / 2 + DELTA + D)
  })

  test.each(PHASES)(
    "by timeouts, clients lose what they ask for in at most tau + 4 delta: crash %i ms after a heartbeat",
    since => {
      // With delta the bound of delays: a timeout of tau + delta.
      const parameters = { heartbeatInterval: "100ms", detectionTimeout: "110ms" }
      const cluster = timedGroup({ nodes: 2, latency: "10ms", parameters })
      cluster.runFor(5 * HEARTBEAT + since * MILLISECOND)
      cluster.crash(0)
      const crashed = cluster.now
      cluster.runUntil(() => primaries(cluster).includes(1))
      // A request that was sent 2d before the crash was answered last; one that arrives with the take-over is answered next.
      const lost = cluster.now - D - (crashed - 3 * D)
      expect(lost).toBe(HEARTBEAT + 4 * D - since * MILLISECOND)
    },
  )

  /** Crashes the primary of a group, and runs until the view service misses it. */
  function missed(n: number, prepare: (cluster: Group) => void = () => {}): Group {
    const cluster = group({ nodes: n, latency: "10ms", parameters: EXACT })
    cluster.request(0, 0, write("a"))
    cluster.runFor(5 * HEARTBEAT)
    prepare(cluster)
    const crashed = cluster.now
    cluster.crash(0)
    cluster.clearCounts()
    cluster.runUntil(() => cluster.count("Suspend") > 0)
    expect(cluster.now - crashed).toBe(detectionTime(DETECTION, crashed % HEARTBEAT))
    return cluster
  }

  test.each([3, 5, 7])(
    "by the view service, n = %i: 3 delays after its detection, 3(n-1) messages, where nothing is missing",
    n => {
      const cluster = missed(n)
      const took = timeUntil(cluster, () => primaries(cluster).includes(1))
      expect(took).toBe(takeOverDelays(false) * D)
      cluster.runFor(2 * D)
      // Suspend, Count and View; a commit costs nothing.
      expect([cluster.count("Suspend"), cluster.count("Count"), cluster.count("View")]).toEqual([n - 1, n - 1, n - 1])
      expect(cluster.count(undefined, "protocol")).toBe(3 * (n - 1))
    },
  )

  test.each([3, 5, 7])("by the view service, n = %i: 5 delays where a member lacks an update, which it is sent", n => {
    const cluster = missed(n, young => {
      // It reaches the last replica only.
      young.intercept((_, to, { type }) => (type === "Update" && to !== n - 1 ? "drop" : "deliver"))
      young.request(0, 0, write("b", 0, 2))
      young.runFor(2 * D + MILLISECOND)
      young.intercept(() => "deliver")
    })
    const took = timeUntil(cluster, () => cluster.facts.some(({ node, fact }) => node === n - 1 && fact.type === "applied" && fact.index === 2)) // biome-ignore format: a line
    expect(took).toBe(takeOverDelays(true) * D)
    expect(primaries(cluster)).toEqual([n - 1])
    cluster.runFor(D)
    expect([cluster.count("Update", "protocol"), cluster.count("Ack", "protocol")]).toEqual([n - 2, n - 2])
    for (let id = 1; id < n; id++) expect(valueAt(cluster, id)).toBe("b")
  })

  test("a backup's crash: 1 delay after its detection, and n-1 messages; nothing waits that was asked for later", () => {
    const parameters = { heartbeatInterval: "100ms", detectionTimeout: "250ms" }
    const cluster = group({ nodes: 3, latency: "10ms", parameters })
    cluster.runFor(5 * HEARTBEAT)
    cluster.crash(2)
    cluster.clearCounts()
    cluster.runFor(HEARTBEAT)
    cluster.request(0, 0, write("a"))
    cluster.runUntil(() => cluster.count("View") > 0)
    expect(cluster.now - 5 * HEARTBEAT).toBe(detectionTime({ ...DETECTION, timeout: 250 * MILLISECOND }, 0))
    expect(timeUntil(cluster, () => cluster.state(0).committed === 1)).toBe(D)
    expect(cluster.count("View")).toBe(2)
    expect(viewAt(cluster, 0)).toEqual({ number: 2, members: [0, 1] })
    const begun = cluster.now
    cluster.request(0, 0, write("b", 0, 2))
    cluster.runUntil(() => cluster.state(0).committed === 2)
    expect(cluster.now - begun).toBe(3 * D)
  })

  test("the view service's crash: nobody notices", () => {
    const { outcome } = completeRun(primaryBackup, replicatedLog, {
      nodes: 3,
      latency: "10ms",
      faults: [{ kind: "crash", target: { nodes: [3] }, at: 3_000_000 }],
      warmup: "2s",
      duration: "7s",
    })
    expect([outcome.availability, outcome.outages]).toEqual([1, []])
  })
})

test("a replica that comes back is a member 7 delays later: 7 messages and the n of the view", () => {
  const cluster = group({ nodes: 3, latency: "10ms", parameters: EXACT })
  cluster.request(0, 0, write("a"))
  cluster.runFor("1s")
  cluster.crash(2)
  cluster.runFor("1s")
  cluster.clearCounts()
  cluster.restart(2)
  expect(timeUntil(cluster, () => cluster.state(2).status === "backup")).toBe(7 * D)
  expect(valueAt(cluster, 2)).toBe("a")
  // Ping and View; Join, State and Ack; Admit and View. Others ping in the meantime.
  const types = ["Join", "State", "Ack", "Admit"] as const
  expect(types.map(type => cluster.count(type, "protocol"))).toEqual([1, 1, 1, 1])
  expect([cluster.count("View", "protocol"), cluster.count("View", "retransmission")]).toEqual([3, 1])
})

describe("van Renesse and Schneider's example: links of 1 ms, 50 ms to execute, 20 ms to install a difference", () => {
  const times = { delay: 1 * MILLISECOND, execute: 50 * MILLISECOND, install: 20 * MILLISECOND }

  test("in closed form: 74 ms", () => {
    expect(updateTime(times)).toBe(74 * MILLISECOND)
  })

  test.each([2, 3, 10])("for n = %i: 74 ms", n => {
    const cluster = group({ nodes: n, latency: "1ms" })
    cluster.runFor("100ms")
    const asked = cluster.now
    // Each backup installs for a while before it acknowledges.
    cluster.intercept((_, __, { type }) => (type === "Update" ? { delay: times.delay + times.install } : "deliver"))
    cluster.runFor(times.execute)
    cluster.request(0, 0, write("a"))
    cluster.runUntil(() => cluster.replies.length === 1)
    expect(cluster.replies[0]!.time - asked).toBe(74 * MILLISECOND)
  })
})
