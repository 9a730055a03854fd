// Candidates, pre-candidates and voters of Raft (§5.2, §5.4.1): repeated, late and stray messages among what they are told.
import { describe, expect, test } from "vitest"
import type { Configuration, Message } from "../../../../algorithms/raft/types.ts"
import { emptyMachine } from "../../../../services/replicated-log/machine.ts"
import { appendEntries, lastSent, redirectsOf, requestVote, writeLog } from "../support.ts"
import { alone, ask, HEARTBEAT, leading, preVote, reply, said, stand, vote } from "./support.ts"

describe("elections", () => {
  test("a candidate does not ask those again that have refused, and goes on asking the others", () => {
    const cluster = alone({}, 5)
    stand(cluster)
    cluster.inject(1, 0, vote(1, false))
    cluster.inject(2, 0, vote(1))
    cluster.clearCounts()
    cluster.runFor(2 * HEARTBEAT + 1)
    const again = [3, 4].map(peer => `RequestVote to ${peer}, retransmission`)
    expect(said(cluster, 0)).toEqual([...again, ...again])
  })

  test("nor does a pre-candidate, also where a server refuses because it has voted in no later term", () => {
    const cluster = alone({ preVote: true }, 5)
    stand(cluster)
    cluster.inject(1, 0, preVote(0, false))
    cluster.inject(2, 0, preVote(1))
    cluster.clearCounts()
    cluster.runFor(HEARTBEAT + 1)
    expect(said(cluster, 0)).toEqual([3, 4].map(peer => `PreVote to ${peer}, retransmission`))
  })

  test("votes count for a candidate only, each server's once", () => {
    const cluster = alone({}, 5)
    for (const from of [1, 2, 3]) cluster.inject(from, 0, vote(0))
    expect(cluster.state(0).role).toBe("follower")
    stand(cluster)
    for (const _ of [1, 2, 3]) cluster.inject(1, 0, vote(1))
    expect(cluster.state(0).role).toBe("candidate")
  })

  test("pre-votes count in the term that was asked about; granted ones change no term, refusals of a later term do", () => {
    const cluster = alone({ preVote: true })
    stand(cluster)
    cluster.inject(1, 0, preVote(2))
    cluster.inject(1, 0, preVote(0, false))
    expect(cluster.standing(0)).toMatchObject({ role: "preCandidate", epoch: 0 })
    cluster.inject(1, 0, preVote(3, false))
    expect(cluster.standing(0)).toMatchObject({ role: "follower", epoch: 3 })
  })

  test("a pre-vote that comes when the election has begun is no vote", () => {
    const cluster = alone({ preVote: true }, 5)
    stand(cluster)
    for (const from of [1, 2]) cluster.inject(from, 0, preVote(1))
    for (const from of [3, 4]) cluster.inject(from, 0, preVote(2))
    expect(cluster.standing(0)).toMatchObject({ role: "candidate", epoch: 1 })
  })

  test("pre-votes are for the next term, and are answered with that term, or where refused with the voter's own", () => {
    const cluster = alone({ preVote: true, electionTimeoutMin: "1ms" })
    cluster.runFor("1ms")
    cluster.inject(1, 0, requestVote({ term: 4 }))
    cluster.clearCounts()
    cluster.request(99, 0, { type: "Elect" })
    cluster.runFor(0)
    expect(lastSent(cluster, 0, "PreVote")).toEqual({ type: "PreVote", term: 5, lastLogIndex: 0, lastLogTerm: 0 })
    const answerTo = (term: number): unknown => {
      cluster.inject(2, 0, { type: "PreVote", term, lastLogIndex: 0, lastLogTerm: 0 })
      return lastSent(cluster, 0, "PreVoteReply")
    }
    expect(answerTo(7)).toEqual({ type: "PreVoteReply", term: 7, voteGranted: true })
    expect(answerTo(4)).toEqual({ type: "PreVoteReply", term: 4, voteGranted: false })
    expect(cluster.disk(0).currentTerm).toBe(4)
  })

  test("a leader grants no pre-vote, and under stickiness answers no vote request, however long nobody asked it", () => {
    const cluster = leading({ leaderStickiness: true, electionTimeoutMin: "10ms", checkQuorum: false })
    cluster.runFor("1s")
    cluster.clearCounts()
    cluster.inject(2, 0, { type: "PreVote", term: 2, lastLogIndex: 9, lastLogTerm: 1 })
    cluster.inject(2, 0, requestVote({ term: 2, lastLogIndex: 9, lastLogTerm: 1 }))
    expect(said(cluster, 0)).toEqual(["PreVoteReply to 2, protocol"])
    expect(lastSent(cluster, 0, "PreVoteReply")).toEqual({ type: "PreVoteReply", term: 1, voteGranted: false })
  })

  test("a follower hears its leader for electionTimeoutMin after each word of it, to the microsecond", () => {
    const cluster = alone({ electionTimeoutMin: "100ms" })
    cluster.runFor("200ms")
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    const grants = (): boolean => {
      cluster.inject(2, 0, { type: "PreVote", term: 2, lastLogIndex: 0, lastLogTerm: 0 })
      return lastSent(cluster, 0, "PreVoteReply").voteGranted
    }
    cluster.runFor(99_999)
    expect(grants()).toBe(false)
    cluster.runFor(1)
    expect(grants()).toBe(true)
  })

  test.each([
    ["a leader does not stand when asked", {}, 0, 0],
    ["a follower stands when asked", {}, 1, 2],
    ["one that hears a leader does not under stickiness", { leaderStickiness: true }, 1, 0],
    ["nor where reads rest on leases", { reads: "lease" }, 1, 0],
  ])("%s", (_, parameters, node, requests) => {
    const cluster = leading(parameters)
    cluster.inject(0, 1, appendEntries({ term: 1 }))
    cluster.clearCounts()
    stand(cluster, node)
    expect(cluster.count("RequestVote")).toBe(requests)
  })

  test("one that has not heard its leader for long stands when asked, in spite of stickiness", () => {
    const cluster = alone({ leaderStickiness: true, electionTimeoutMin: "100ms" })
    cluster.inject(0, 1, appendEntries({ term: 1 }))
    cluster.runFor("100ms")
    stand(cluster, 1)
    expect(cluster.count("RequestVote")).toBe(2)
  })

  test("TimeoutNow starts an election that says whose wish it is, but not at the leader", () => {
    const cluster = alone({ preVote: true })
    cluster.inject(1, 0, { type: "TimeoutNow", term: 0 })
    expect(lastSent(cluster, 0, "RequestVote")).toMatchObject({ term: 1, leadershipTransfer: true })
    cluster.inject(1, 0, vote(1))
    cluster.inject(1, 0, { type: "TimeoutNow", term: 1 })
    expect(cluster.standing(0)).toEqual({ role: "leader", rank: 2, epoch: 1 })
  })

  test("an election of its own accord does not say that the leader wished it", () => {
    const cluster = alone()
    stand(cluster)
    expect(lastSent(cluster, 0, "RequestVote")).toEqual(requestVote({ term: 1 }))
  })

  test("a leader of a later term knows nothing of what it knew of the others before", () => {
    const cluster = leading()
    cluster.inject(1, 0, reply(1))
    expect(cluster.state(0)).toMatchObject({ matchIndex: [1, 1, 0], nextIndex: [1, 2, 2], termStart: 1 })
    cluster.inject(2, 0, requestVote({ term: 2 }))
    stand(cluster)
    cluster.inject(1, 0, vote(3))
    expect(cluster.state(0)).toMatchObject({ matchIndex: [2, 0, 0], nextIndex: [2, 3, 3], termStart: 2 })
  })

  test("without the no-op a new leader announces itself by heartbeats, and commits nothing of earlier terms", () => {
    const cluster = alone({ noOp: false })
    writeLog(cluster, 0, [1], 1)
    stand(cluster)
    cluster.clearCounts()
    cluster.inject(1, 0, vote(2))
    expect(said(cluster, 0)).toEqual(["AppendEntries  to 1, heartbeat", "AppendEntries  to 2, heartbeat"])
    expect(cluster.state(0).matchIndex).toEqual([1, 0, 0])
    cluster.inject(1, 0, reply(1, { term: 2 }))
    expect(cluster.state(0).commitIndex).toBe(0)
  })

  test("a new leader goes on with a change of membership of which the first half is committed", () => {
    const cluster = alone()
    const joint: Configuration = { type: "Configuration", members: [0, 1, 2], next: [0, 1] }
    const entries = [{ index: 1, term: 1, command: joint }]
    cluster.inject(1, 0, appendEntries({ entries, leaderCommit: 1 }))
    stand(cluster)
    cluster.inject(1, 0, vote(2))
    const next: Configuration = { type: "Configuration", members: [0, 1], next: null }
    expect(cluster.disk(0).log.map(entry => entry.command)).toEqual([joint, null, next])
  })
})

test("votes, pre-votes and what entries and snapshots are answered count for the purpose of the question", () => {
  const cluster = alone()
  const snapshot = {
    lastIncludedIndex: 1,
    lastIncludedTerm: 1,
    configuration: { type: "Configuration", members: [0, 1, 2], next: null } as const,
    machine: emptyMachine(),
  }
  const questions: readonly Message[] = [
    requestVote({ term: 1 }),
    { type: "PreVote", term: 2, lastLogIndex: 0, lastLogTerm: 0 },
    { type: "InstallSnapshot", term: 1, snapshot },
    appendEntries({ term: 1 }),
  ]
  for (const question of questions) cluster.inject(1, 0, question, "retransmission")
  expect(said(cluster, 0)).toEqual([
    "RequestVoteReply to 1, retransmission",
    "PreVoteReply to 1, retransmission",
    "InstallSnapshotReply to 1, retransmission",
    "AppendEntriesReply to 1, retransmission",
  ])
})

test("a follower that is asked for much keeps to its leader", () => {
  const cluster = alone({ electionTimeoutMin: "100ms", electionTimeoutMax: "150ms" })
  for (let sequence = 1; sequence <= 10; sequence++) {
    cluster.inject(1, 0, appendEntries({ term: 1 }), "heartbeat")
    ask(cluster, "x", 7, sequence)
    cluster.runFor("50ms")
  }
  expect(redirectsOf(cluster, 7)).toEqual(Array.from({ length: 10 }, () => 1))
})

test("a server that restarts votes for nobody as long as a leader may hold a lease that rests on it", () => {
  const cluster = alone({ leaderStickiness: true, electionTimeoutMin: "100ms" })
  cluster.runFor("1s")
  cluster.crash(0)
  cluster.restart(0)
  cluster.runFor("99ms")
  cluster.inject(1, 0, requestVote({ term: 5 }))
  expect(said(cluster, 0)).toEqual([])
  cluster.runFor("1ms")
  cluster.inject(1, 0, requestVote({ term: 5 }))
  expect(lastSent(cluster, 0, "RequestVoteReply").voteGranted).toBe(true)
})
