// Clients (§8): redirects, each command executed once, and reads that do not go through the log (thesis §6.4).
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  command,
  commit,
  elect,
  leaders,
  ledCluster,
  PATIENT,
  put,
  type RaftCluster,
  redirectsOf,
  resultsOf,
} from "./support.ts"

describe("redirects", () => {
  test("a follower names the leader, and does not act on the command", () => {
    const cluster = ledCluster({ nodes: 3 }, 2)
    cluster.request(5, 0, put(5, 1, "v"))
    cluster.runFor("1s")
    expect(redirectsOf(cluster, 5)).toEqual([2])
    expect(cluster.state(2).machine.values.size).toBe(0)
  })

  test("a server that knows no leader says so", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    cluster.request(5, 0, put(5, 1, "v"))
    cluster.runFor("10ms")
    expect(redirectsOf(cluster, 5)).toEqual([null])
  })
})

describe("each command is executed once", () => {
  const append = (sequence: number) => command(5, sequence, { op: "append", key: "x", value: "+" })

  test("a command sent twice to the same leader is executed once, and answered alike", () => {
    const cluster = ledCluster({ nodes: 3 })
    for (let i = 0; i < 3; i++) commit(cluster, 0, append(1))
    expect(cluster.state(0).machine.values.get("x")).toBe("+")
    const answers = resultsOf(cluster, 5).map(({ result }) => result)
    expect(answers).toEqual([1, 2, 3].map(() => ({ done: true, value: null })))
  })

  test("a command sent twice before it is committed is in the log twice, and executed once", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.request(5, 0, append(1))
    cluster.request(5, 0, append(1))
    cluster.runFor("50ms")
    expect(cluster.disk(0).log).toHaveLength(3)
    expect(cluster.state(0).machine.values.get("x")).toBe("+")
  })

  test("when the leader dies between commit and reply, the retry at its successor is answered and not executed", () => {
    const cluster = ledCluster({ nodes: 5 })
    cluster.request(5, 0, append(1))
    cluster.runUntil(() => cluster.disk(1).log.length === 2)
    cluster.crash(0)
    elect(cluster, 1)
    expect(resultsOf(cluster, 5)).toEqual([])
    commit(cluster, 1, append(1))
    expect(resultsOf(cluster, 5)).toEqual([{ type: "Result", sequence: 1, result: { done: true, value: null } }])
    expect(cluster.state(1).machine.values.get("x")).toBe("+")
  })

  test("sessions survive restarts of all servers, with and without a snapshot", () => {
    for (const snapshotEvery of [0, 2]) {
      const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery } })
      for (const sequence of [1, 2, 3]) commit(cluster, 0, append(sequence))
      for (const node of [0, 1, 2]) cluster.crash(node)
      for (const node of [0, 1, 2]) cluster.restart(node)
      elect(cluster, 2)
      commit(cluster, 2, append(3))
      expect(cluster.state(2).machine.values.get("x"), `snapshotEvery ${snapshotEvery}`).toBe("+++")
    }
  })

  test("a leader answers only the commands that it received itself", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.intercept((from, _, message) => (from === 0 && message.type === "AppendEntries" ? "deliver" : "drop"))
    cluster.request(5, 0, append(1))
    cluster.runFor("2.5ms")
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    elect(cluster, 1)
    expect(cluster.state(1).machine.values.get("x")).toBe("+")
    expect(cluster.replies).toEqual([])
  })
})

describe("reads by read index (thesis §6.4)", () => {
  const get = command(8, 1, { op: "get", key: "x" })

  function deposed(reads: string): RaftCluster {
    const parameters = { reads, ...(reads === "lease" ? {} : PATIENT) }
    const cluster = createCluster(raft, { nodes: 5, parameters })
    if (reads === "lease") cluster.runUntil(() => leaders(cluster).length === 1)
    else elect(cluster, 0)
    cluster.runFor("500ms")
    return cluster
  }

  test("give what was written, and do not enter the log", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { reads: "index" } })
    commit(cluster, 0, put(7, 1, "v"))
    commit(cluster, 0, get)
    expect(resultsOf(cluster, 8)).toEqual([{ type: "Result", sequence: 1, result: { done: true, value: "v" } }])
    expect(cluster.disk(0).log).toHaveLength(2)
  })

  test("a leader that was deposed without noticing answers no read", () => {
    const cluster = deposed("index")
    cluster.partition([[0], [1, 2, 3, 4]])
    elect(cluster, 1)
    commit(cluster, 1, put(7, 1, "newer"))
    cluster.request(8, 0, get)
    cluster.runFor("10ms")
    expect(leaders(cluster)).toEqual([0, 1])
    expect(resultsOf(cluster, 8)).toEqual([])
    cluster.heal()
    cluster.runFor("1s")
    expect(resultsOf(cluster, 8)).toEqual([])
    expect(redirectsOf(cluster, 8)).toEqual([null])
  })

  test("answers to rounds before the read arrived do not confirm it", () => {
    const cluster = ledCluster({ nodes: 5, parameters: { reads: "index", heartbeatInterval: "10ms" } })
    // An earlier read, so that these heartbeats have a round too.
    commit(cluster, 0, command(9, 1, { op: "get", key: "x" }))
    cluster.clearCounts()
    cluster.runUntil(() => cluster.count("AppendEntries") === 4)
    // The answers to the heartbeats just sent arrive after the read; what is sent for it does not.
    cluster.intercept(from => (from === 0 ? "drop" : { delay: 20_000 }))
    cluster.request(8, 0, get)
    cluster.runFor("5ms")
    expect(cluster.sent.filter(({ from }) => from !== 0).length).toBeGreaterThanOrEqual(4)
    cluster.runFor("50ms")
    expect(resultsOf(cluster, 8)).toEqual([])
    cluster.intercept(() => "deliver")
    cluster.runFor("50ms")
    expect(resultsOf(cluster, 8)).toHaveLength(1)
  })

  test("a new leader answers no read before it has committed an entry of its own term", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { reads: "index", heartbeatInterval: "10ms" } })
    commit(cluster, 0, put(7, 1, "v"))
    cluster.crash(0)
    cluster.intercept((from, _, { type }) =>
      from === 2 && type === "AppendEntriesReply" ? { delay: 30_000 } : "deliver",
    )
    cluster.request(99, 1, { type: "Elect" })
    cluster.runUntil(() => cluster.state(1).role === "leader")
    cluster.request(8, 1, get)
    cluster.runFor("25ms")
    expect(resultsOf(cluster, 8)).toEqual([])
    cluster.runFor("50ms")
    expect(resultsOf(cluster, 8).map(({ result }) => result.value)).toEqual(["v"])
  })

  test("under a lease, a leader that is cut off answers for the rest of the lease and no longer", () => {
    const cluster = deposed("lease")
    const leader = leaders(cluster)[0]!
    commit(cluster, leader, put(7, 1, "v"))
    cluster.isolate(leader)
    const cutAt = cluster.now
    const answeredAt: number[] = []
    for (let sequence = 1; cluster.now < cutAt + 400_000; sequence++) {
      const before = resultsOf(cluster, 8).length
      cluster.request(8, leader, command(8, sequence, { op: "get", key: "x" }))
      cluster.runFor("3ms")
      if (resultsOf(cluster, 8).length > before) answeredAt.push(cluster.now - cutAt)
    }
    expect(answeredAt.length).toBeGreaterThan(0)
    expect(Math.max(...answeredAt)).toBeLessThan(150_000 + 3_000)
    const next = cluster.facts.find(
      ({ time, node, fact }) => time > cutAt && fact.type === "believes" && fact.leader === node,
    )
    expect(next!.time - cutAt).toBeGreaterThan(Math.max(...answeredAt))
  })

  test("a leader that has asked another to take over gives its lease up", () => {
    const cluster = deposed("lease")
    const leader = leaders(cluster)[0]!
    const other = (leader + 1) % 5
    cluster.intercept((_, __, { type }) => (type === "TimeoutNow" ? "drop" : "deliver"))
    cluster.request(9, leader, { type: "TransferLeadership", sequence: 1, to: other })
    // The transfer fails, and the leader goes on; but TimeoutNow may still arrive, so reads ask for a round each.
    cluster.runFor("300ms")
    cluster.clearCounts()
    cluster.request(8, leader, get)
    cluster.runFor("10ms")
    expect(resultsOf(cluster, 8)).toHaveLength(1)
    expect(cluster.count("AppendEntries", "protocol")).toBe(4)
  })
})
