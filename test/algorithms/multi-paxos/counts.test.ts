// Messages a command and a leader change cost, and latencies in link delays d: exact, as the theory has them.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun } from "../../support/service-run.ts"
import { createCluster } from "../../support/cluster.ts"
import { followersOf, ledCluster, write } from "./support.ts"

const SIZES = [3, 5, 7, 9]
const D = 10 * MILLISECOND

/** Protocol messages for each command, with one in flight at a time. */
function costOfCommands(nodes: number, parameters: Record<string, unknown>, commands = 20) {
  const { cluster, leader } = ledCluster({ nodes, latency: "10ms", parameters })
  for (let sequence = 1; sequence <= commands; sequence++) {
    cluster.request(0, leader, write(`v${sequence}`, 0, sequence))
    cluster.runUntil(() => cluster.replies.length === sequence)
  }
  cluster.runFor("1s")
  return {
    perCommand: cluster.count(undefined, "protocol") / commands,
    retransmissions: cluster.count(undefined, "retransmission"),
  }
}

describe.each(SIZES)("steady state, n = %i", n => {
  test("2(n-1) messages a command, the commit with the next message", () => {
    expect(costOfCommands(n, {})).toEqual({ perCommand: 2 * (n - 1), retransmissions: 0 })
  })

  test("2(q-1) where the leader is thrifty", () => {
    expect(costOfCommands(n, { thrifty: true }).perCommand).toBe(2 * Math.floor(n / 2))
  })

  test("and where the leader is thrifty, a CatchUp an interval to each of the n-q that were not asked", () => {
    const { cluster } = ledCluster({ nodes: n, parameters: { thrifty: true } })
    cluster.runUntil(() => cluster.count("Heartbeat") > 0)
    cluster.runFor("10ms")
    cluster.clearCounts()
    for (let interval = 1; interval <= 10; interval++) {
      for (let k = 0; k < 3; k++) cluster.request(k, 0, write(`v${interval}`, k, interval))
      cluster.runFor("75ms")
    }
    expect(cluster.count("CatchUp")).toBe(10 * (n - 1 - Math.floor(n / 2)))
    expect(cluster.count("CatchUp")).toBe(cluster.count(undefined, "retransmission"))
  })

  test("3(n-1) with a Success message to all", () => {
    expect(costOfCommands(n, { learning: "broadcast" })).toEqual({ perCommand: 3 * (n - 1), retransmissions: 0 })
  })

  test("n^2-1 where acceptors tell everyone", () => {
    expect(costOfCommands(n, { learning: "everyone" })).toEqual({ perCommand: n * n - 1, retransmissions: 0 })
  })
})

describe.each(SIZES)("leader change, n = %i", n => {
  test("phase 1 for the whole log costs 2n-3 messages, the old leader dead", () => {
    const { cluster } = ledCluster({ nodes: n })
    for (let client = 0; client < 10; client++) cluster.request(client, 0, write("x", client))
    cluster.runFor("1s")
    cluster.clearCounts()
    cluster.crash(0)
    cluster.request(0, 1, { type: "Elect" })
    cluster.runUntil(() => followersOf(cluster, 1) === n - 1)
    expect(cluster.count("Prepare")).toBe(n - 1)
    expect(cluster.count("Promise")).toBe(n - 2)
    expect(cluster.count(undefined, "protocol")).toBe(2 * n - 3)
  })

  test("phase 1 costs 2(n-1) messages with nobody dead", () => {
    const { cluster } = ledCluster({ nodes: n })
    cluster.request(0, 1, { type: "Elect" })
    cluster.runUntil(() => followersOf(cluster, 1) === n)
    expect(cluster.count(undefined, "protocol")).toBe(2 * (n - 1))
  })

  test("an idle leader sends 2(n-1) heartbeats and answers an interval, and nothing else", () => {
    const { cluster } = ledCluster({ nodes: n })
    cluster.runFor("7500ms")
    expect(cluster.count(undefined, "heartbeat")).toBe(100 * 2 * (n - 1))
    expect(cluster.sent.length).toBe(cluster.count(undefined, "heartbeat"))
  })
})

/** When the leader and another node execute a command, and when its client has the answer, in d from the request. */
function timesOf(parameters: Record<string, unknown>) {
  const { cluster, leader } = ledCluster({ nodes: 5, latency: "10ms", parameters })
  // Just after a heartbeat: the next one, by which the others learn in any case, is far away.
  cluster.runUntil(() => cluster.count("Heartbeat") > 0)
  const begun = cluster.now
  cluster.request(0, leader, write("x"))
  cluster.runFor("1s")
  const executed = cluster.facts.filter(({ fact }) => fact.type === "applied")
  const at = (node: number): number => (executed.find(fact => fact.node === node)!.time - begun) / D
  return { leader: at(leader), follower: at(leader + 1), client: (cluster.replies[0]!.time - begun) / D }
}

describe("latency in link delays d", () => {
  test("chosen 2d after the leader has the command, answered after 4d", () => {
    expect(timesOf({})).toMatchObject({ leader: 1 + 2, client: 4 })
  })

  test("answered after 6d by way of a redirect", () => {
    const { cluster, leader } = ledCluster({ nodes: 5, latency: "10ms" })
    const begun = cluster.now
    cluster.request(0, leader + 1, write("x"))
    cluster.runUntil(() => cluster.replies.length === 1)
    expect(cluster.replies[0]!.reply).toEqual({ type: "Redirect", sequence: 1, leader })
    cluster.request(0, leader, write("x"))
    cluster.runUntil(() => cluster.replies.length === 2)
    expect((cluster.now - begun) / D).toBe(6)
  })

  test("the others know after 3d with a Success message", () => {
    expect(timesOf({ learning: "broadcast" })).toEqual({ leader: 3, follower: 1 + 3, client: 4 })
  })

  test("the others know after 2d where acceptors tell everyone", () => {
    expect(timesOf({ learning: "everyone" })).toEqual({ leader: 3, follower: 1 + 2, client: 4 })
  })

  test("a new leader is through with phase 1 after 2d", () => {
    const { cluster } = ledCluster({ nodes: 5, latency: "10ms" })
    cluster.crash(0)
    const begun = cluster.now
    cluster.request(0, 1, { type: "Elect" })
    cluster.runUntil(() => cluster.state(1).proposer.role === "leader")
    expect((cluster.now - begun) / D).toBe(1 + 2)
  })

  test("a disk's sync delays a command twice: at the leader before it asks, and at the others before they answer", () => {
    const sync = 3 * MILLISECOND
    const { cluster, leader } = ledCluster({ nodes: 5, latency: "10ms", syncLatency: "3ms" })
    const begun = cluster.now
    cluster.request(0, leader, write("x"))
    cluster.runUntil(() => cluster.replies.length === 1)
    expect(cluster.replies[0]!.time - begun).toBe(4 * D + 2 * sync)
  })
})

describe("as the service measures it, one client", () => {
  test.each(SIZES)("n = %i: 2(n-1) protocol messages an operation, 4d at the leader, 6d by a redirect", n => {
    const measure = (ask: string): CompletedRun => {
      const workload = { mode: "closed", clients: 1, ask, retryAfter: "10s", deadline: "20s" }
      return completeRun(multiPaxos, replicatedLog, {
        nodes: n,
        latency: "10ms",
        workload,
        warmup: "2s",
        duration: "7s",
      })
    }
    const atLeader = measure("leader")
    expect(atLeader.outcome.ok).toBeGreaterThan(100)
    expect(atLeader.messages.protocol).toBe(atLeader.outcome.ok * 2 * (n - 1))
    expect(atLeader.messages.retransmission).toBe(0)
    expect(atLeader.outcome.latency.percentile(0.5)).toBeCloseTo(4 * D, -2)
    expect(atLeader.outcome.latency.min).toBe(4 * D)
    expect(measure("follower").outcome.latency.max).toBe(6 * D)
  })
})

test("a command of a client whose session had it executed is answered without any message", () => {
  const { cluster, leader } = ledCluster({ nodes: 5 })
  cluster.request(0, leader, write("x"))
  cluster.runFor("30ms")
  cluster.clearCounts()
  cluster.request(0, leader, write("x"))
  cluster.runFor("30ms")
  expect(cluster.count(undefined, "protocol")).toBe(0)
  expect(cluster.replies.length).toBe(2)
  expect(cluster.replies[1]!.reply).toEqual(cluster.replies[0]!.reply)
})

test.each([1_000, 1])(
  "an Accept that the network doubles is answered twice, and by no more than that (snapshotEvery: %i)",
  snapshotEvery => {
    for (const learning of ["piggyback", "broadcast", "everyone"]) {
      const { cluster, leader } = ledCluster({ nodes: 3, parameters: { snapshotEvery, learning } })
      cluster.request(0, leader, write("x"))
      cluster.runFor("1s")
      const accept = cluster.sent.find(({ message }) => message.type === "Accept")!
      cluster.clearCounts()
      cluster.inject(accept.from, accept.to, accept.message)
      expect(cluster.sent.map(({ to, message, purpose }) => [to, message.type, purpose])).toEqual([
        [leader, "Accepted", "protocol"],
      ])
    }
  },
)

test("one node is a group of its own: no messages at all", () => {
  const cluster = createCluster(multiPaxos, { nodes: 1 })
  cluster.runUntil(() => cluster.leader() === 0)
  cluster.request(0, 0, write("x"))
  cluster.runFor("3ms")
  expect(cluster.replies.length).toBe(1)
  expect(cluster.sent.length).toBe(0)
})
