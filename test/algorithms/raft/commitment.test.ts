// Commitment: by a majority of the configured size (§5.3), and only of the leader's own term by counting (§5.4.2).
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  commit,
  elect,
  leaders,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  type RaftCluster,
  requestVote,
  resultsOf,
  terms,
} from "./support.ts"

describe("a majority of all members commits, dead ones included", () => {
  test("2 of 5 dead: commands are committed", () => {
    const cluster = ledCluster({ nodes: 5 })
    cluster.crash(3)
    cluster.crash(4)
    commit(cluster, 0, put(0, 1, "v"))
    expect(resultsOf(cluster, 0)).toHaveLength(1)
  })

  test("3 of 5 dead: none is, and no client is told so; when one returns, the command is committed", () => {
    const cluster = ledCluster({ nodes: 5, parameters: { heartbeatInterval: "50ms" } })
    for (const node of [2, 3, 4]) cluster.crash(node)
    commit(cluster, 0, put(0, 1, "v"))
    cluster.runFor("60s")
    expect(resultsOf(cluster, 0)).toEqual([])
    expect(cluster.state(0).commitIndex).toBe(1)
    cluster.restart(2)
    cluster.runFor("1s")
    expect(resultsOf(cluster, 0)).toHaveLength(1)
  })

  test("half of an even group is not enough", () => {
    const cluster = ledCluster({ nodes: 4 })
    cluster.crash(2)
    cluster.crash(3)
    commit(cluster, 0, put(0, 1, "v"))
    expect(resultsOf(cluster, 0)).toEqual([])
  })

  test("a leader in the minority of a partition commits nothing; its entries give way to those of the majority", () => {
    const cluster = ledCluster({ nodes: 5 })
    cluster.partition([
      [0, 1],
      [2, 3, 4],
    ])
    cluster.request(7, 0, put(7, 1, "minority"))
    cluster.runFor("20ms")
    elect(cluster, 2)
    commit(cluster, 2, put(8, 1, "majority"))
    expect([resultsOf(cluster, 7).length, resultsOf(cluster, 8).length]).toEqual([0, 1])
    cluster.heal()
    commit(cluster, 2, put(8, 2, "again"))
    for (const node of nodesOf(cluster)) expect(cluster.disk(node).log).toEqual(cluster.disk(2).log)
    expect(cluster.state(0).machine.values.get("x")).toBe("again")
    expect(cluster.state(0).machine.sessions[7]).toBeUndefined()
  })

  test("clients are answered after the commit, never before", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.intercept((from, to, message) =>
      message.type === "AppendEntriesReply" && from !== to ? "drop" : "deliver",
    )
    cluster.request(0, 0, put(0, 1, "v"))
    cluster.runFor("50ms")
    expect(resultsOf(cluster, 0)).toEqual([])
    expect(cluster.state(0).machine.values.size).toBe(0)
  })
})

describe("entries of earlier terms (§5.4.2)", () => {
  test("are not committed by counting replicas, only along with one of the leader's own term", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: { ...PATIENT, noOp: false } })
    cluster.inject(2, 0, appendEntries({ entries: [{ index: 1, term: 1, command: put(1, 1, "old") }] }))
    elect(cluster, 0)
    expect([terms(cluster, 0), terms(cluster, 1), terms(cluster, 2)]).toEqual([[1], [1], [1]])
    expect(cluster.state(0)).toMatchObject({ matchIndex: [1, 1, 1], commitIndex: 0 })
    commit(cluster, 0, put(2, 1, "new"))
    expect(cluster.state(0).commitIndex).toBe(2)
  })

  test("the no-op at the start of a term commits them without a client's help (§8)", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    cluster.inject(2, 0, appendEntries({ entries: [{ index: 1, term: 1, command: put(1, 1, "old") }] }))
    elect(cluster, 0)
    expect(cluster.state(0)).toMatchObject({ commitIndex: 2, lastApplied: 2 })
    expect(cluster.state(0).machine.values.get("x")).toBe("old")
  })

  /** Figure 8 up to (c): S1 leads term 4; its entry of term 2 is on S1, S2 and S3, one of term 3 in its place on S5. */
  function figure8(): RaftCluster {
    const cluster = createCluster(raft, { nodes: 5, parameters: { ...PATIENT, noOp: false, maxBatch: 1 } })
    const [s1, s2, s3, s4, s5] = [0, 1, 2, 3, 4]
    elect(cluster, s1)
    commit(cluster, s1, put(1, 1, "term 1"))
    // (a) S1 is leader of term 2 and replicates the entry at index 2 to S2 only.
    cluster.crash(s1)
    cluster.restart(s1)
    elect(cluster, s1)
    cluster.intercept((from, to) => (from === s1 && to !== s2 ? "drop" : "deliver"))
    cluster.request(2, s1, put(2, 1, "term 2"))
    cluster.runFor("1.5ms")
    cluster.crash(s1)
    // (b) S5 is elected for term 3 with the votes of S3, S4 and itself, and takes another entry at index 2.
    cluster.intercept(() => "deliver")
    elect(cluster, s5)
    cluster.intercept(() => "drop")
    cluster.request(3, s5, put(3, 1, "term 3"))
    cluster.runFor("10ms")
    cluster.crash(s5)
    // (c) S1 is elected for term 4 and continues replication: the entry of term 2 gets to S3, a majority has it.
    cluster.restart(s1)
    cluster.intercept((_, to) => (to === s4 ? "drop" : "deliver"))
    cluster.inject(s2, s1, requestVote({ term: 3 }))
    cluster.request(99, s1, { type: "Elect" })
    cluster.runUntil(() => cluster.state(s1).role === "leader", "10s")
    for (const to of [s2, s3]) {
      cluster.inject(to, s1, refusal(cluster.disk(s1).currentTerm, 2, 2))
      cluster.runFor("10ms")
    }
    return cluster
  }

  const refusal = (term: number, index: number, conflictIndex: number) =>
    ({ type: "AppendEntriesReply", term, success: false, index, conflictTerm: 0, conflictIndex, round: 0 }) as const

  test("Figure 8 (c), (d): the entry of term 2 is on a majority, uncommitted, and S5 may yet overwrite it", () => {
    const cluster = figure8()
    expect(nodesOf(cluster).map(node => terms(cluster, node))).toEqual([[1, 2], [1, 2], [1, 2], [1], [1, 3]])
    expect(cluster.state(0).matchIndex).toEqual([2, 2, 2, 0, 0])
    expect(cluster.state(0).commitIndex).toBeLessThan(2)
    expect(resultsOf(cluster, 2)).toEqual([])
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.restart(4)
    cluster.inject(3, 4, requestVote({ term: 4 }))
    elect(cluster, 4)
    commit(cluster, 4, put(4, 1, "term 5"))
    expect(leaders(cluster)).toEqual([4])
    for (const node of [1, 2, 3, 4]) expect(terms(cluster, node)).toEqual([1, 3, 5])
  })

  test("Figure 8 (e): once an entry of S1's own term is on a majority, both are committed, and S5 cannot win", () => {
    const cluster = figure8()
    commit(cluster, 0, put(5, 1, "term 4"))
    expect(nodesOf(cluster).map(node => terms(cluster, node))).toEqual([[1, 2, 4], [1, 2, 4], [1, 2, 4], [1], [1, 3]])
    expect(cluster.state(0).commitIndex).toBe(3)
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.restart(4)
    cluster.request(99, 4, { type: "Elect" })
    cluster.runFor("1s")
    expect(leaders(cluster)).toEqual([])
  })
})
