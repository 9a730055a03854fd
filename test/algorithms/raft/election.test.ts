// Elections: terms (§5.1), the RequestVote RPC and timeouts (§5.2), the election restriction (§5.4.1).
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  elect,
  lastReply,
  lastSent,
  leaders,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  requestVote,
  terms,
  writeLog,
} from "./support.ts"

describe("terms (§5.1)", () => {
  test("a message with a higher term makes its receiver a follower in that term, on disk", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.inject(1, 0, {
      type: "AppendEntriesReply",
      term: 9,
      success: false,
      index: 0,
      conflictTerm: 0,
      conflictIndex: 1,
      round: 0,
    })
    expect(cluster.state(0)).toMatchObject({ role: "follower", leaderId: null })
    expect(cluster.disk(0)).toMatchObject({ currentTerm: 9, votedFor: null })
  })

  test("a request with a lower term is refused, and the refusal carries the term that deposes its sender", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.inject(2, 1, requestVote({ term: 9 }))
    cluster.clearCounts()
    cluster.inject(0, 1, appendEntries({ term: 1, entries: [{ index: 2, term: 1, command: put(1, 1, "stale") }] }))
    expect(lastReply(cluster, 1)).toMatchObject({ term: 9, success: false })
    cluster.runFor("10ms")
    expect(leaders(cluster)).toEqual([])
    expect(cluster.disk(0).currentTerm).toBe(9)
  })

  test("a candidate of a lower term is refused", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.inject(2, 1, requestVote({ term: 9 }))
    cluster.inject(0, 1, requestVote({ term: 8, lastLogIndex: 99, lastLogTerm: 8 }))
    expect(lastSent(cluster, 1, "RequestVoteReply")).toMatchObject({ term: 9, voteGranted: false })
  })

  test("an answer to an election of the past is no vote", () => {
    const cluster = createCluster(raft, { nodes: 5, parameters: PATIENT })
    cluster.intercept(() => "drop")
    for (const term of [1, 2]) {
      cluster.request(9, 0, { type: "Elect" })
      cluster.runFor("10ms")
      expect(cluster.disk(0).currentTerm).toBe(term)
    }
    for (const from of [1, 2, 3]) cluster.inject(from, 0, { type: "RequestVoteReply", term: 1, voteGranted: true })
    expect(cluster.state(0).role).toBe("candidate")
    for (const from of [1, 2]) cluster.inject(from, 0, { type: "RequestVoteReply", term: 2, voteGranted: true })
    expect(cluster.state(0).role).toBe("leader")
  })
})

describe("votes (§5.2)", () => {
  test("a server votes once a term, first come first served, and again for the same candidate", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    const answerTo = (from: number): boolean => {
      cluster.inject(from, 0, requestVote({ term: 1 }))
      return lastSent(cluster, 0, "RequestVoteReply").voteGranted
    }
    expect([answerTo(1), answerTo(2), answerTo(1)]).toEqual([true, false, true])
  })

  test("the vote survives a crash: a restarted server does not vote twice in a term", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    cluster.inject(1, 0, requestVote({ term: 1 }))
    cluster.crash(0)
    cluster.restart(0)
    expect(cluster.disk(0)).toMatchObject({ currentTerm: 1, votedFor: 1 })
    cluster.inject(2, 0, requestVote({ term: 1 }))
    expect(lastSent(cluster, 0, "RequestVoteReply").voteGranted).toBe(false)
  })

  test("with a slow disk no vote leaves the server before it is durable, and a crash in between loses both", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT, syncLatency: "5ms" })
    cluster.inject(1, 0, requestVote({ term: 1 }))
    cluster.runFor("4ms")
    expect(cluster.count("RequestVoteReply")).toBe(0)
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("20ms")
    expect(cluster.count("RequestVoteReply")).toBe(0)
    expect(cluster.disk(0)).toMatchObject({ currentTerm: 0, votedFor: null })
    cluster.inject(2, 0, requestVote({ term: 1 }))
    cluster.runFor("5ms")
    expect(lastSent(cluster, 0, "RequestVoteReply")).toMatchObject({ term: 1, voteGranted: true })
  })

  test("a candidate asks again those that did not answer, and only those", () => {
    const cluster = createCluster(raft, { nodes: 5, parameters: { ...PATIENT, heartbeatInterval: "20ms" } })
    cluster.intercept((from, to) => (from === 0 && to > 1 ? "drop" : "deliver"))
    cluster.request(9, 0, { type: "Elect" })
    cluster.runFor("30ms")
    const again = cluster.sent.filter(({ purpose }) => purpose === "retransmission")
    expect(again.map(({ to, message }) => [to, message.type])).toEqual([2, 3, 4].map(to => [to, "RequestVote"]))
    cluster.intercept(() => "deliver")
    cluster.runFor("30ms")
    expect(cluster.state(0).role).toBe("leader")
    expect(cluster.disk(0).currentTerm).toBe(1)
  })

  test("half of an even group elects nobody", () => {
    const cluster = createCluster(raft, { nodes: 4, parameters: PATIENT })
    cluster.partition([
      [0, 1],
      [2, 3],
    ])
    cluster.request(9, 0, { type: "Elect" })
    cluster.runFor("1s")
    expect(leaders(cluster)).toEqual([])
  })
})

describe("timeouts (§5.2)", () => {
  test("a new group soon has one leader, in a term that all know (50 seeds)", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const cluster = createCluster(raft, { nodes: 5, seed })
      cluster.runUntil(() => leaders(cluster).length === 1, "2s")
      expect(new Set(nodesOf(cluster).map(node => cluster.disk(node).currentTerm)).size, `seed ${seed}`).toBe(1)
    }
  })

  test("heartbeats keep followers from standing: no election as long as the leader lives", () => {
    const cluster = createCluster(raft, { nodes: 5 })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("10ms")
    const before = nodesOf(cluster).map(node => cluster.disk(node).currentTerm)
    cluster.clearCounts()
    cluster.runFor("60s")
    expect(nodesOf(cluster).map(node => cluster.disk(node).currentTerm)).toEqual(before)
    expect(cluster.count("RequestVote")).toBe(0)
  })

  test("heartbeats need not be so frequent when commands are: nobody stands for election under load either", () => {
    const cluster = createCluster(raft, { nodes: 3 })
    cluster.runUntil(() => leaders(cluster).length === 1)
    const leader = cluster.leader()!
    cluster.runFor("100ms")
    cluster.clearCounts()
    for (let sequence = 1; sequence <= 500; sequence++) {
      cluster.request(0, leader, put(0, sequence, "v"))
      cluster.runFor("10ms")
    }
    expect(cluster.count("RequestVote")).toBe(0)
    expect(cluster.count(undefined, "heartbeat")).toBe(0)
  })

  test("granting a vote resets the timer, refusing one does not", () => {
    const asked = (lastLogTerm: number): number => {
      const cluster = createCluster(raft, {
        nodes: 3,
        parameters: { electionTimeoutMin: "100ms", electionTimeoutMax: "100ms" },
      })
      cluster.intercept(() => "drop")
      cluster.inject(2, 0, appendEntries({ term: 1, entries: [{ index: 1, term: 1, command: null }] }))
      cluster.runFor("60ms")
      cluster.inject(1, 0, requestVote({ term: 2, lastLogIndex: 1, lastLogTerm }))
      cluster.runUntil(() => cluster.state(0).role === "candidate", "1s")
      return Math.round(cluster.now / 1_000)
    }
    expect(asked(1)).toBe(160)
    expect(asked(0)).toBe(100)
  })

  test("equal timeouts elect nobody, ever: all stand at once and vote for themselves (§9.3)", () => {
    const parameters = { electionTimeoutMin: "150ms", electionTimeoutMax: "150ms" }
    const cluster = createCluster(raft, { nodes: 5, parameters })
    cluster.runFor("60.1s")
    expect(cluster.facts.some(({ node, fact }) => fact.type === "believes" && fact.leader === node)).toBe(false)
    expect(nodesOf(cluster).map(node => cluster.disk(node).currentTerm)).toEqual([400, 400, 400, 400, 400])
  })

  test("a candidate that hears from the leader of its term goes back to following (§5.2)", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    cluster.intercept(() => "drop")
    cluster.request(9, 0, { type: "Elect" })
    cluster.runFor("2ms")
    expect(cluster.state(0).role).toBe("candidate")
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    expect(cluster.state(0)).toMatchObject({ role: "follower", leaderId: 1 })
  })

  test("a candidate's last vote for itself is no obstacle to the next leader when it crashes", () => {
    const cluster = createCluster(raft, { nodes: 3 })
    cluster.runUntil(() => nodesOf(cluster).some(node => cluster.state(node).role === "candidate"), "1s")
    const candidate = nodesOf(cluster).find(node => cluster.state(node).role === "candidate")!
    cluster.crash(candidate)
    cluster.runUntil(() => leaders(cluster).length === 1, "3s")
    expect(leaders(cluster)).not.toContain(candidate)
  })
})

describe("a leader", () => {
  test("reports that it leads, and followers whom they follow, once each", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    cluster.request(9, 1, { type: "Elect" })
    cluster.runFor("1s")
    const beliefs = nodesOf(cluster).map(node =>
      cluster.facts.flatMap(({ node: at, fact }) =>
        at === node && fact.type === "believes" ? [[fact.epoch, fact.leader]] : [],
      ),
    )
    const follower = [
      [0, null],
      [1, null],
      [1, 1],
    ]
    expect(beliefs).toEqual([follower, follower, follower])
  })

  test("that was cut off steps down when it meets the higher term, and follows", () => {
    const cluster = createCluster(raft, { nodes: 5 })
    cluster.runUntil(() => leaders(cluster).length === 1)
    const old = cluster.isolate("leader")
    cluster.runUntil(() => leaders(cluster).length === 2)
    cluster.heal()
    cluster.runFor("200ms")
    expect(leaders(cluster)).toHaveLength(1)
    expect(leaders(cluster)).not.toContain(old)
    expect(cluster.state(old)).toMatchObject({ role: "follower", leaderId: cluster.leader() })
  })

  test("of a group of one leads alone", () => {
    const cluster = createCluster(raft, { nodes: 1 })
    cluster.runFor("300ms")
    cluster.request(0, 0, put(0, 1, "v"))
    cluster.runFor("10ms")
    expect(cluster.replies.map(({ reply }) => reply.type)).toEqual(["Result"])
    expect(cluster.count()).toBe(0)
  })
})

describe("the election restriction (§5.4.1)", () => {
  test.each([
    ["an older last term, though a longer log", { lastLogIndex: 9, lastLogTerm: 1 }, false],
    ["the same last term and a shorter log", { lastLogIndex: 2, lastLogTerm: 2 }, false],
    ["the same log", { lastLogIndex: 3, lastLogTerm: 2 }, true],
    ["the same last term and a longer log", { lastLogIndex: 4, lastLogTerm: 2 }, true],
    ["a later last term, though a shorter log", { lastLogIndex: 1, lastLogTerm: 3 }, true],
  ])("a candidate with %s", (_, log, granted) => {
    const cluster = createCluster(raft, { nodes: 3, parameters: PATIENT })
    writeLog(cluster, 0, [1, 1, 2], 1)
    cluster.inject(2, 0, requestVote({ term: 5, ...log }))
    expect(lastSent(cluster, 0, "RequestVoteReply")).toMatchObject({ term: 5, voteGranted: granted })
  })

  test("a leader has all committed entries: one that lacks them is not elected", () => {
    const cluster = ledCluster({ nodes: 3 })
    cluster.isolate(2)
    cluster.request(0, 0, put(0, 1, "committed"))
    cluster.runFor("10ms")
    cluster.crash(0)
    cluster.heal()
    cluster.request(9, 2, { type: "Elect" })
    cluster.runFor("100ms")
    expect(leaders(cluster)).toEqual([])
    elect(cluster, 1)
    expect(leaders(cluster)).toEqual([1])
    expect(terms(cluster, 2)).toEqual(terms(cluster, 1))
  })
})
