// Log compaction (§7): snapshots, InstallSnapshot (Figure 13), restarts from a snapshot.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { InstallSnapshot, Snapshot } from "../../../algorithms/raft/types.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  commit,
  elect,
  lastSent,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  resultsOf,
  terms,
  writeLog,
} from "./support.ts"

function snapshotUpTo(lastIncludedIndex: number, lastIncludedTerm: number): Snapshot {
  return {
    lastIncludedIndex,
    lastIncludedTerm,
    configuration: { type: "Configuration", members: [0, 1, 2], next: null },
    machine: { values: new Map([["x", `at ${lastIncludedIndex}`]]), sessions: [] },
  }
}

function install(term: number, snapshot: Snapshot): InstallSnapshot {
  return { type: "InstallSnapshot", term, snapshot }
}

describe("taking snapshots", () => {
  test("each server drops what it has applied, every so many entries; the machine goes on as before", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" } })
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    for (const node of nodesOf(cluster)) {
      const { snapshot, log } = cluster.disk(node)
      expect(snapshot).toMatchObject({ lastIncludedIndex: 8, lastIncludedTerm: 1 })
      expect(snapshot.machine.values.get("x")).toBe("v7")
      expect(log.map(({ index }) => index)).toEqual([9, 10, 11])
      expect(cluster.state(node).machine.values.get("x")).toBe("v10")
    }
  })

  test("with snapshotEvery 0 nobody drops anything", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 0 } })
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    expect(cluster.disk(0).log).toHaveLength(11)
  })

  test("the log stays bounded however many commands there are", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 50 } })
    let longest = 0
    for (let sequence = 1; sequence <= 2_000; sequence++) {
      cluster.request(0, 0, put(0, sequence, "v"))
      cluster.runFor("1ms")
      longest = Math.max(longest, ...nodesOf(cluster).map(node => cluster.disk(node).log.length))
    }
    cluster.runFor("1s")
    expect(resultsOf(cluster, 0)).toHaveLength(2_000)
    expect(longest).toBeLessThan(50 + 10)
  })
})

describe("restarting from a snapshot", () => {
  test("the machine is that of the snapshot, and what follows is applied again", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" } })
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.crash(1)
    cluster.restart(1)
    expect(cluster.state(1)).toMatchObject({ commitIndex: 8, lastApplied: 8 })
    expect(cluster.state(1).machine.values.get("x")).toBe("v7")
    expect(cluster.facts.at(-2)).toMatchObject({ node: 1, fact: { type: "restored", index: 8 } })
    cluster.runFor("100ms")
    expect(cluster.state(1).machine).toEqual(cluster.state(0).machine)
  })

  test("a snapshot and what it drops from the log become durable together or not at all", () => {
    const cluster = ledCluster({
      nodes: 3,
      syncLatency: "5ms",
      parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" },
    })
    for (const sequence of [1, 2]) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.request(0, 0, put(0, 3, "v3"))
    cluster.runUntil(() => cluster.disk(0).snapshot.lastIncludedIndex === 4)
    cluster.crash(0)
    const { snapshot, log } = cluster.disk(0)
    expect([snapshot.lastIncludedIndex, log.length]).toEqual([0, 4])
    cluster.restart(0)
    cluster.runFor("10ms")
    expect(cluster.state(0).commitIndex).toBe(0)
  })
})

describe("a crash between the writes of a snapshot", () => {
  // The last command's entry, the snapshot, and what is dropped from the log for its sake: three writes in this order.
  test.each([
    ["nothing", 0, [0, 1, 2, 3]],
    ["the entry", 0.3, [0, 1, 2, 3, 4]],
    ["the entry and the snapshot", 0.6, [4]],
    ["all", 0.99, [4]],
  ])("that keeps %s (%d) on the disk: the server goes on from it", (_, kept, indices) => {
    const parameters = { snapshotEvery: 4, heartbeatInterval: "50ms" }
    const cluster = ledCluster({ nodes: 1, syncLatency: "5ms", parameters })
    for (const sequence of [1, 2]) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.request(0, 0, put(0, 3, "v3"))
    cluster.runUntil(() => cluster.disk(0).snapshot.lastIncludedIndex === 4)
    cluster.crash(0, kept)
    cluster.restart(0)
    const { snapshot, log } = cluster.disk(0)
    expect([snapshot.lastIncludedIndex, ...log.map(({ index }) => index)]).toEqual(indices)
    elect(cluster, 0)
    commit(cluster, 0, put(0, 4, "v4"))
    expect(resultsOf(cluster, 0).at(-1)).toMatchObject({ sequence: 4, result: { done: true } })
  })

  test.each([
    ["that the log agrees with: what follows it stays", [1, 1, 2, 2, 2], 3, 2, [4, 5]],
    ["that the log ends before: the log goes", [1, 1], 3, 2, []],
    ["that the log contradicts: the log goes", [1, 1, 1, 1], 3, 2, []],
  ])("of a leader, %s, also when only the snapshot survives", (_, log, lastIncludedIndex, lastIncludedTerm, rest) => {
    const cluster = createCluster(raft, { nodes: 3, syncLatency: "5ms", parameters: PATIENT })
    writeLog(cluster, 0, log, 1)
    cluster.inject(1, 0, appendEntries({ term: 2, prevLogIndex: log.length, prevLogTerm: log.at(-1)! }))
    cluster.runFor("1s")
    cluster.inject(1, 0, install(2, snapshotUpTo(lastIncludedIndex, lastIncludedTerm)))
    // Two writes, of which the first survives.
    cluster.crash(0, 0.5)
    cluster.restart(0)
    expect(cluster.disk(0).snapshot.lastIncludedIndex).toBe(lastIncludedIndex)
    expect(cluster.disk(0).log.map(({ index }) => index)).toEqual(rest)
    expect(cluster.state(0).machine.values.get("x")).toBe(`at ${lastIncludedIndex}`)
  })

  test("and one at boot, while that is made good, is made good at the next boot", () => {
    const cluster = createCluster(raft, { nodes: 3, syncLatency: "5ms", parameters: PATIENT })
    writeLog(cluster, 0, [1, 1], 1)
    cluster.runFor("1s")
    cluster.inject(1, 0, install(1, snapshotUpTo(3, 1)))
    cluster.crash(0, 0.5)
    cluster.restart(0)
    cluster.crash(0)
    expect(cluster.disk(0).log).toHaveLength(2)
    cluster.restart(0)
    expect(cluster.disk(0).log).toEqual([])
  })
})

describe("InstallSnapshot", () => {
  test("brings a follower up to date whose next entry the leader has dropped", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.clearCounts()
    cluster.restart(2)
    cluster.runFor("500ms")
    expect(cluster.count("InstallSnapshot")).toBe(1)
    expect(lastSent(cluster, 0, "InstallSnapshot").snapshot.lastIncludedIndex).toBe(8)
    expect(cluster.state(2).machine).toEqual(cluster.state(0).machine)
    expect(cluster.disk(2).log).toEqual(cluster.disk(0).log)
    commit(cluster, 0, put(0, 11, "v11"))
    expect(cluster.state(0).matchIndex).toEqual([12, 12, 12])
  })

  test("the snapshot is not shared with the machine that goes on from it", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 8; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.restart(2)
    cluster.runFor("500ms")
    const before = cluster.disk(2).snapshot.machine.values.get("x")
    commit(cluster, 0, put(0, 9, "v9"))
    cluster.runFor("100ms")
    expect(before).toBe("v7")
    expect(cluster.disk(2).snapshot.machine.values.get("x")).toBe("v7")
    expect(cluster.state(2).machine.values.get("x")).toBe("v9")
  })

  test("1. is refused if its term is old", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    writeLog(cluster, 0, [3], 1)
    cluster.inject(2, 0, install(2, snapshotUpTo(5, 2)))
    expect(lastSent(cluster, 0, "InstallSnapshotReply").term).toBe(3)
    expect(terms(cluster, 0)).toEqual([3])
    expect(cluster.state(0).lastApplied).toBe(0)
  })

  test("6. what follows the snapshot is kept if the log has its last entry", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    writeLog(cluster, 0, [1, 1, 2, 2, 2], 1)
    cluster.inject(1, 0, install(2, snapshotUpTo(3, 2)))
    expect(cluster.disk(0).log.map(({ index }) => index)).toEqual([4, 5])
    expect(cluster.state(0)).toMatchObject({ commitIndex: 3, lastApplied: 3 })
    expect(cluster.state(0).machine.values.get("x")).toBe("at 3")
  })

  test.each([
    ["another entry there", [1, 1, 1, 1], 3, 2],
    ["a shorter log", [1, 1], 3, 2],
  ])("7. the whole log goes if it has %s", (_, log, lastIncludedIndex, lastIncludedTerm) => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    writeLog(cluster, 0, log, 1)
    cluster.inject(2, 0, install(2, snapshotUpTo(lastIncludedIndex, lastIncludedTerm)))
    expect(cluster.disk(0).log).toEqual([])
    expect(cluster.state(0).machine.values.get("x")).toBe("at 3")
    expect(cluster.facts.at(-1)!.fact).toEqual({ type: "restored", index: 3 })
  })

  test("one that covers less than is committed already changes nothing", () => {
    const cluster = ledCluster({ nodes: 3 })
    for (const sequence of [1, 2, 3]) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.runFor("1s")
    const before = cluster.disk(1).log
    cluster.inject(0, 1, install(1, snapshotUpTo(2, 1)))
    expect(cluster.disk(1).log).toEqual(before)
    expect(cluster.state(1).machine.values.get("x")).toBe("v3")
  })

  test("a server that was restored from a snapshot can lead", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4, heartbeatInterval: "50ms" } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.restart(2)
    cluster.runFor("500ms")
    cluster.crash(0)
    elect(cluster, 2)
    commit(cluster, 2, put(0, 11, "v11"))
    expect(cluster.state(2).machine.values.get("x")).toBe("v11")
  })
})
