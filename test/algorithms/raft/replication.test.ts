// Log replication (§5.3): the consistency check, repair of logs (Figure 7), pipelining, batches, loss and reordering.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  commit,
  elect,
  entriesOf,
  lastReply,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  type RaftCluster,
  resultsOf,
  terms,
  writeLog,
} from "./support.ts"
import { byNight } from "../../support/effort.ts"

/** A follower, node 0 of 3, with this log. */
function follower(logTerms: readonly number[]): RaftCluster {
  const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
  writeLog(cluster, 0, logTerms, 1)
  cluster.clearCounts()
  return cluster
}

describe("AppendEntries, receiver implementation (Figure 2)", () => {
  test("1. a leader of an older term is refused, and nothing changes", () => {
    const cluster = follower([1, 1, 3])
    cluster.inject(2, 0, appendEntries({ term: 2, prevLogIndex: 2, prevLogTerm: 1, entries: entriesOf([2], 3) }))
    expect(lastReply(cluster, 0)).toMatchObject({ term: 3, success: false })
    expect(terms(cluster, 0)).toEqual([1, 1, 3])
  })

  test.each([
    ["the log ends before prevLogIndex", [1, 1], 4, 1, { conflictTerm: 0, conflictIndex: 3 }],
    ["its entry there has another term", [1, 1, 2, 2, 2], 5, 3, { conflictTerm: 2, conflictIndex: 3 }],
    ["the conflicting term goes back to the start", [2, 2, 2], 2, 1, { conflictTerm: 2, conflictIndex: 1 }],
    ["there is no log yet", [], 1, 1, { conflictTerm: 0, conflictIndex: 1 }],
  ])("2. it refuses if %s, and says where its log goes astray", (_, log, prevLogIndex, prevLogTerm, hint) => {
    const cluster = follower(log)
    cluster.inject(
      2,
      0,
      appendEntries({ term: 5, prevLogIndex, prevLogTerm, entries: entriesOf([5], prevLogIndex + 1) }),
    )
    expect(lastReply(cluster, 0)).toMatchObject({ success: false, index: prevLogIndex, ...hint })
    expect(terms(cluster, 0)).toEqual(log)
  })

  test("3. and 4. from the first conflicting entry on, the leader's entries replace its own", () => {
    const cluster = follower([1, 1, 2, 2, 2])
    const entries = entriesOf([1, 1, 2, 3], 1).slice(1)
    cluster.inject(2, 0, appendEntries({ term: 3, prevLogIndex: 1, prevLogTerm: 1, entries }))
    expect(lastReply(cluster, 0)).toMatchObject({ success: true, index: 4 })
    expect(terms(cluster, 0)).toEqual([1, 1, 2, 3])
  })

  test("3. an AppendEntries that comes late deletes nothing that a later one brought", () => {
    const cluster = follower([1, 1, 1, 1])
    cluster.inject(1, 0, appendEntries({ prevLogIndex: 1, prevLogTerm: 1, entries: entriesOf([1], 2) }))
    expect(lastReply(cluster, 0)).toMatchObject({ success: true, index: 2 })
    expect(terms(cluster, 0)).toEqual([1, 1, 1, 1])
  })

  test("3. a heartbeat deletes nothing either, and answers only for what it compared", () => {
    const cluster = follower([1, 1, 2, 2])
    cluster.inject(2, 0, appendEntries({ term: 3, prevLogIndex: 2, prevLogTerm: 1 }), "heartbeat")
    expect(lastReply(cluster, 0)).toMatchObject({ success: true, index: 2 })
    expect(terms(cluster, 0)).toEqual([1, 1, 2, 2])
  })

  test("5. it commits what the leader has committed, but no further than it knows the logs to agree", () => {
    const cluster = follower([1, 1, 1, 1])
    cluster.inject(2, 0, appendEntries({ term: 2, prevLogIndex: 2, prevLogTerm: 1, leaderCommit: 4 }))
    expect(cluster.state(0)).toMatchObject({ commitIndex: 2, lastApplied: 2 })
    cluster.inject(2, 0, appendEntries({ term: 2, prevLogIndex: 4, prevLogTerm: 1, leaderCommit: 3 }))
    expect(cluster.state(0)).toMatchObject({ commitIndex: 3, lastApplied: 3 })
    cluster.inject(2, 0, appendEntries({ term: 2, prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 1 }))
    expect(cluster.state(0).commitIndex).toBe(3)
  })

  test("entries are on disk before the reply leaves", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT, syncLatency: "5ms" })
    cluster.inject(1, 0, appendEntries({ entries: entriesOf([1]) }))
    cluster.runFor("4ms")
    expect(cluster.count("AppendEntriesReply")).toBe(0)
    cluster.runFor("1ms")
    expect(lastReply(cluster, 0)).toMatchObject({ success: true, index: 1 })
    cluster.crash(0)
    cluster.restart(0)
    expect(terms(cluster, 0)).toEqual([1])
  })
})

describe("a new leader makes every log like its own: Figure 7", () => {
  const leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
  const followers = {
    "a: the last entry missing": [1, 1, 1, 4, 4, 5, 5, 6, 6],
    "b: the last terms missing": [1, 1, 1, 4],
    "c: an entry too many": [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    "d: a later term too many": [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    "e: entries of an older term in place of later ones": [1, 1, 1, 4, 4, 4, 4],
    "f: terms in between that nobody else has": [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  }

  /** Node 0 has the leader's log; nodes 1 to 6 those of followers (a) to (f). Node 0 becomes leader of term 8. */
  function figure7(maxBatch = 100): RaftCluster {
    const cluster = createCluster(raft, { nodes: 7, parameters: { ...PATIENT, maxBatch } })
    cluster.intercept(() => "drop")
    writeLog(cluster, 0, leaderLog, 1)
    for (const [i, log] of Object.values(followers).entries()) writeLog(cluster, i + 1, log, 0)
    cluster.inject(1, 0, appendEntries({ term: 7 }))
    cluster.intercept(() => "deliver")
    cluster.clearCounts()
    elect(cluster, 0)
    return cluster
  }

  test.each(Object.keys(followers).map((name, i) => [name, i + 1] as const))("follower %s", (_, node) => {
    const cluster = figure7()
    expect(cluster.disk(0).currentTerm).toBe(8)
    expect(terms(cluster, node)).toEqual([...leaderLog, 8])
    expect(cluster.disk(node).log).toEqual(cluster.disk(0).log)
    expect(cluster.state(node).commitIndex).toBe(11)
  })

  test("the leader skips a whole term with each refusal (§5.3): how many AppendEntries each follower takes", () => {
    const cluster = createCluster(raft, { nodes: 7, parameters: PATIENT })
    cluster.intercept(() => "drop")
    writeLog(cluster, 0, leaderLog, 1)
    for (const [i, log] of Object.values(followers).entries()) writeLog(cluster, i + 1, log, 0)
    cluster.inject(1, 0, appendEntries({ term: 7 }))
    cluster.intercept(() => "deliver")
    cluster.request(99, 0, { type: "Elect" })
    cluster.runUntil(() => cluster.state(0).role === "leader")
    cluster.clearCounts()
    cluster.runFor("50ms")
    const sent = nodesOf(cluster).map(
      to => cluster.sent.filter(s => s.to === to && s.from === 0).length + (to > 0 ? 1 : 0),
    )
    // (c) and (d) have the entry before the no-op, which replaces what they have too much. (a) and (b) say where they end.
    // So does (e), whose term 4 then conflicts, of which the leader has entries to go on from. (f) conflicts in term 3,
    // and then in term 2, neither of which the leader has.
    expect(sent.slice(1)).toEqual([2, 2, 1, 1, 3, 3])
  })

  test("in batches of one entry as well", () => {
    const cluster = figure7(1)
    for (const node of nodesOf(cluster)) expect(cluster.disk(node).log).toEqual(cluster.disk(0).log)
  })
})

describe("pipelining (thesis §10.2.1)", () => {
  test("commands that arrive together are sent at once, each to all, without waiting for replies", () => {
    const cluster = ledCluster({ nodes: 3 })
    for (let session = 0; session < 10; session++) cluster.request(session, 0, put(session, 1, "v"))
    cluster.runFor("1.5ms")
    expect(cluster.count("AppendEntries")).toBe(20)
    expect(cluster.count("AppendEntriesReply")).toBe(0)
    cluster.runFor("10ms")
    expect(cluster.count("AppendEntriesReply")).toBe(20)
    expect(cluster.state(0).commitIndex).toBe(11)
  })

  test("with a window of one entry, what arrives meanwhile travels together", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { pipeline: 1 } })
    for (let session = 0; session < 10; session++) cluster.request(session, 0, put(session, 1, "v"))
    cluster.runFor("20ms")
    const batches = cluster.sent.flatMap(({ to, message }) =>
      to === 1 && message.type === "AppendEntries" ? [message.entries.length] : [],
    )
    expect(batches).toEqual([1, 9])
    expect(cluster.state(0).commitIndex).toBe(11)
  })

  test("a new leader announces itself at once however small the window and long the log", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { pipeline: 1, heartbeatInterval: "1h" } })
    for (let sequence = 1; sequence <= 5; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    elect(cluster, 1)
    expect(cluster.state(1)).toMatchObject({ commitIndex: 7, matchIndex: [7, 7, 7] })
  })

  test("no AppendEntries is larger than maxBatch", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { maxBatch: 4 } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    cluster.clearCounts()
    cluster.restart(2)
    cluster.runFor("1s")
    const batches = cluster.sent.flatMap(({ to, message }) =>
      to === 2 && message.type === "AppendEntries" && message.entries.length > 0 ? [message.entries.length] : [],
    )
    expect(batches).toEqual([4, 4, 2])
    expect(terms(cluster, 2)).toEqual(terms(cluster, 0))
  })
})

describe("lost and overtaken messages", () => {
  test("a lost AppendEntries is noticed by the next and sent again, counted with its reply as a retransmission", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { heartbeatInterval: "50ms" } })
    cluster.intercept((_, to) => (to === 2 ? "drop" : "deliver"))
    cluster.request(0, 0, put(0, 1, "lost"))
    cluster.runFor("1.5ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("100ms")
    expect(terms(cluster, 2)).toEqual([1, 1])
    for (const type of ["AppendEntries", "AppendEntriesReply"] as const) {
      expect(cluster.count(type, "retransmission")).toBe(1)
    }
    expect(cluster.count("AppendEntries", "protocol")).toBe(2)
  })

  test("a lost reply holds nothing up longer than a heartbeat", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { heartbeatInterval: "50ms" } })
    cluster.intercept((_, to) => (to === 0 ? "drop" : "deliver"))
    cluster.request(0, 0, put(0, 1, "v"))
    cluster.runFor("10ms")
    cluster.intercept(() => "deliver")
    expect(cluster.state(0).commitIndex).toBe(1)
    cluster.runFor("50ms")
    expect(cluster.state(0).commitIndex).toBe(2)
    expect(cluster.count("AppendEntries", "retransmission")).toBe(0)
  })

  test("an AppendEntries overtaken by the next is refused there and repaired, and the log comes out right", () => {
    const cluster = ledCluster({ nodes: 3 })
    let first = true
    cluster.intercept((_, to, message) => {
      if (to !== 2 || message.type !== "AppendEntries" || !first) return "deliver"
      first = false
      return { delay: 5_000 }
    })
    for (const sequence of [1, 2, 3]) cluster.request(sequence, 0, put(sequence, 1, `v${sequence}`))
    cluster.runFor("50ms")
    expect(cluster.disk(2).log).toEqual(cluster.disk(0).log)
    expect(cluster.state(0).matchIndex).toEqual([4, 4, 4])
  })

  test("a refusal that arrives late does not set the leader back", () => {
    const cluster = ledCluster({ nodes: 3 })
    for (const sequence of [1, 2, 3]) commit(cluster, 0, put(0, sequence, "v"))
    cluster.clearCounts()
    const late = { type: "AppendEntriesReply", term: 1, success: false, conflictTerm: 0, round: 0 } as const
    cluster.inject(1, 0, { ...late, index: 2, conflictIndex: 1 })
    expect(cluster.state(0).nextIndex[1]).toBe(5)
    expect(cluster.count("AppendEntries")).toBe(0)
  })

  test("messages doubled and overtaken at random: all logs come out alike", () => {
    for (let seed = 1; seed <= byNight(20, 4); seed++) {
      const latency = { model: "uniform", min: 100, max: 5_000 } as const
      const cluster = ledCluster({ nodes: 5, seed, latency, duplication: 0.2, loss: 0.1 })
      for (let session = 0; session < 30; session++) cluster.request(session, 0, put(session, 1, `v${session}`))
      cluster.runFor("5s")
      for (const node of nodesOf(cluster)) {
        expect(cluster.disk(node).log, `seed ${seed}`).toEqual(cluster.disk(0).log)
        expect(cluster.state(node).machine, `seed ${seed}`).toEqual(cluster.state(0).machine)
      }
      expect(cluster.state(0).commitIndex, `seed ${seed}`).toBe(31)
    }
  })
})

describe("a node that was down", () => {
  test("catches up with what it missed, and then takes part", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { heartbeatInterval: "50ms" } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 20; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.restart(2)
    cluster.runFor("200ms")
    expect(cluster.disk(2).log).toEqual(cluster.disk(0).log)
    expect(cluster.state(2).machine).toEqual(cluster.state(0).machine)
    cluster.crash(1)
    commit(cluster, 0, put(0, 21, "with the returned one"))
    expect(resultsOf(cluster, 0)).toHaveLength(21)
  })
})
