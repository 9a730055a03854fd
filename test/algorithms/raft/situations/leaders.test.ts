// What a leader of Raft sends, commits and answers (§5.3, §5.4.2), and how it steps down or hands over.
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../../runtime/contract/algorithm.ts"
import {
  appendEntries,
  entriesOf,
  lastSent,
  redirectsOf,
  resultsOf,
  terms,
  writeLog,
  type RaftCluster,
} from "../support.ts"
import { alone, ask, HEARTBEAT, leading, reply, said, stand, vote } from "./support.ts"

describe("a leader sends", () => {
  /** What it sent to one server, and when. */
  const sentTo = (cluster: RaftCluster, server: NodeId): unknown[] =>
    cluster.sent.flatMap(({ time, to, message, purpose }) =>
      to === server && message.type === "AppendEntries"
        ? [[time / 1000, message.entries.map(({ index }) => index), purpose]]
        : [],
    )

  test("a heartbeat after an interval in which it had nothing to say to all", () => {
    const cluster = leading()
    cluster.runFor("50ms")
    ask(cluster, "x", 1)
    cluster.runFor("100ms")
    for (const peer of [1, 2]) {
      expect(sentTo(cluster, peer)).toEqual([
        [0, [1], "heartbeat"],
        [50, [2], "protocol"],
        [125, [], "heartbeat"],
      ])
    }
  })

  test("heartbeats in time where a command went to some only, as the window of the others is full", () => {
    const cluster = leading({ pipeline: 1 })
    cluster.inject(1, 0, reply(1))
    cluster.runFor("50ms")
    ask(cluster, "x", 1)
    cluster.runFor("30ms")
    expect(sentTo(cluster, 1)).toEqual([
      [0, [1], "heartbeat"],
      [50, [2], "protocol"],
      [75, [], "heartbeat"],
    ])
    expect(sentTo(cluster, 2)).toEqual([
      [0, [1], "heartbeat"],
      [75, [2], "protocol"],
    ])
  })

  test("as many entries ahead of what is acknowledged as the window holds, the rest when that moves", () => {
    const cluster = leading({ pipeline: 2 })
    cluster.inject(1, 0, reply(1))
    for (const client of [1, 2, 3, 4]) ask(cluster, "x", client)
    expect(sentTo(cluster, 1).slice(1)).toEqual([
      [0, [2], "protocol"],
      [0, [3], "protocol"],
    ])
    cluster.inject(1, 0, reply(2))
    expect(sentTo(cluster, 1).slice(3)).toEqual([[0, [4, 5], "protocol"]])
  })

  test("what was refused again as a retransmission, and the same refusal once", () => {
    const cluster = leading()
    for (const client of [1, 2]) ask(cluster, "x", client)
    cluster.clearCounts()
    const refusal = reply(2, { success: false, conflictIndex: 1 })
    cluster.inject(1, 0, refusal)
    expect(sentTo(cluster, 1)).toEqual([[0, [1, 2, 3], "retransmission"]])
    cluster.inject(1, 0, refusal)
    expect(sentTo(cluster, 1)).toHaveLength(1)
    cluster.inject(1, 0, reply(3))
    expect(cluster.state(0).nextIndex[1]).toBe(4)
  })

  test("nothing for a refusal of an entry that is known to be stored since, or of a message of a former attempt", () => {
    const cluster = leading()
    for (const client of [1, 2]) ask(cluster, "x", client)
    cluster.inject(1, 0, reply(2))
    cluster.clearCounts()
    for (const index of [2, 4]) cluster.inject(1, 0, reply(index, { success: false, conflictIndex: 1 }))
    expect(cluster.sent).toEqual([])
    expect(cluster.state(0).nextIndex[1]).toBe(4)
  })

  test("a batch after the other again, all of it as retransmissions", () => {
    const cluster = leading({ maxBatch: 2 })
    for (const client of [1, 2, 3, 4]) ask(cluster, "x", client)
    cluster.clearCounts()
    cluster.inject(1, 0, reply(4, { success: false, conflictIndex: 1 }))
    cluster.inject(1, 0, reply(2))
    expect(sentTo(cluster, 1)).toEqual([
      [0, [1, 2], "retransmission"],
      [0, [3, 4], "retransmission"],
    ])
  })

  test("nothing again that is known to be stored, however far back a refusal points", () => {
    const cluster = leading()
    for (const client of [1, 2, 3]) ask(cluster, "x", client)
    cluster.inject(1, 0, reply(2))
    cluster.clearCounts()
    cluster.inject(1, 0, reply(3, { success: false, conflictIndex: 1 }))
    expect(sentTo(cluster, 1)).toEqual([[0, [3, 4], "retransmission"]])
  })

  test("what it has not sent in this term as new, though it has sent other entries there in an earlier one", () => {
    const cluster = leading({ noOp: false, pipeline: 1 })
    for (const client of [1, 2, 3]) ask(cluster, "x", client)
    cluster.inject(1, 0, reply(1))
    expect(sentTo(cluster, 1).at(-1)).toEqual([0, [2, 3], "protocol"])
    cluster.inject(1, 0, appendEntries({ term: 2, prevLogIndex: 1, prevLogTerm: 1, entries: entriesOf([2], 2) }))
    stand(cluster)
    cluster.inject(1, 0, vote(3))
    cluster.clearCounts()
    ask(cluster, "x", 4)
    expect(cluster.count("AppendEntries")).toBe(0)
    cluster.inject(1, 0, reply(2, { term: 3 }))
    expect(sentTo(cluster, 1)).toEqual([[0, [3], "protocol"]])
  })

  test("nothing to servers that are no members, whatever they reply", () => {
    const cluster = leading({ initialMembers: 3 }, 4)
    ask(cluster, "x", 1)
    cluster.clearCounts()
    cluster.inject(3, 0, reply(1, { success: false, conflictIndex: 1 }))
    cluster.inject(3, 0, reply(1))
    expect(cluster.sent).toEqual([])
  })

  test("nothing for replies of other terms, and nothing any more once it is deposed", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    cluster.clearCounts()
    const refusal = reply(1, { success: false, conflictIndex: 1 })
    cluster.inject(1, 0, { ...refusal, term: 0 })
    cluster.inject(2, 0, appendEntries({ term: 2 }))
    cluster.clearCounts()
    cluster.inject(1, 0, refusal)
    expect(cluster.sent).toEqual([])
  })

  test("the commit at once with notifyCommit, as a question to all", () => {
    const cluster = leading({ notifyCommit: true }, 5)
    cluster.inject(1, 0, reply(1))
    cluster.clearCounts()
    cluster.inject(2, 0, reply(1))
    expect(said(cluster, 0)).toEqual([1, 2, 3, 4].map(peer => `AppendEntries  to ${peer}, protocol`))
    expect(lastSent(cluster, 0, "AppendEntries").leaderCommit).toBe(1)
    ask(cluster, "x", 1)
    cluster.clearCounts()
    // Nothing is committed by these.
    cluster.inject(3, 0, reply(1))
    cluster.inject(1, 0, reply(2))
    expect(cluster.sent.filter(({ purpose }) => purpose === "protocol")).toEqual([])
  })

  test.each([1, 4])(
    "its snapshot to a server whose log ends before entry %i, and goes on when that has arrived",
    next => {
      const cluster = leading({ snapshotEvery: 3 })
      for (const client of [1, 2, 3]) ask(cluster, "x", client)
      cluster.inject(1, 0, reply(4))
      expect(cluster.disk(0).snapshot.lastIncludedIndex).toBe(4)
      ask(cluster, "y", 4)
      cluster.clearCounts()
      cluster.inject(2, 0, reply(4, { success: false, conflictIndex: next }))
      expect(said(cluster, 0)).toEqual(["InstallSnapshot to 2, retransmission"])
      cluster.clearCounts()
      cluster.inject(2, 0, { type: "InstallSnapshotReply", term: 0, index: 4 })
      expect(cluster.sent).toEqual([])
      cluster.inject(2, 0, { type: "InstallSnapshotReply", term: 1, index: 4 })
      expect(said(cluster, 0)).toEqual(["AppendEntries 5 to 2, retransmission"])
    },
  )
})

describe("a leader commits", () => {
  test("what a majority has stored, as soon as it has, and answers for its own term", () => {
    const cluster = leading({}, 5)
    ask(cluster, "x", 1)
    cluster.inject(1, 0, reply(2))
    expect(cluster.state(0).commitIndex).toBe(0)
    cluster.inject(2, 0, reply(1))
    expect(cluster.state(0).commitIndex).toBe(1)
    cluster.inject(3, 0, reply(2))
    cluster.runFor(1)
    expect(cluster.state(0)).toMatchObject({ commitIndex: 2, lastApplied: 2 })
    expect(resultsOf(cluster, 1)).toHaveLength(1)
  })

  test("no less for a late reply", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    for (const index of [2, 1]) cluster.inject(1, 0, reply(index))
    expect(cluster.state(0)).toMatchObject({ commitIndex: 2, matchIndex: [2, 2, 0], nextIndex: [1, 3, 3] })
  })
})

test("a leader that nobody answers steps down at a heartbeat, and does not send it", () => {
  const cluster = leading({ electionTimeoutMin: "100ms", electionTimeoutMax: "150ms" })
  // Its votes count as answers at time 0; the heartbeat after 150 ms is still in time.
  cluster.runFor(3 * HEARTBEAT - 1)
  expect(cluster.state(0).role).toBe("leader")
  cluster.clearCounts()
  cluster.runFor(1)
  expect(cluster.state(0)).toMatchObject({ role: "follower", leaderId: null, asksFirst: true })
  expect(said(cluster, 0)).toEqual([])
  expect(cluster.armed(0)).toEqual(["election"])
})

test.each([false, true])(
  "a leader that is not in C_new leads until that is committed, and sends nothing after that (notifyCommit: %s)",
  notifyCommit => {
    const cluster = leading({ pipeline: 1, maxBatch: 1, notifyCommit })
    const both = (index: number): void => {
      for (const from of [1, 2]) cluster.inject(from, 0, reply(index))
    }
    both(1)
    cluster.request(50, 0, { type: "ChangeMembership", sequence: 1, members: [1, 2] })
    cluster.runFor(0)
    ask(cluster, "x", 1)
    both(2)
    // Entry 2 is C_old,new, 3 the command, 4 C_new, and 5 a command that waits for the window.
    ask(cluster, "y", 2)
    expect(cluster.disk(0).log.map(({ command: what }) => what?.type)).toEqual([
      undefined,
      "Configuration",
      "Command",
      "Configuration",
      "Command",
    ])
    both(3)
    expect(cluster.state(0)).toMatchObject({ role: "leader", commitIndex: 3 })
    cluster.inject(1, 0, reply(4))
    cluster.clearCounts()
    cluster.inject(2, 0, reply(4))
    expect(cluster.state(0)).toMatchObject({ role: "follower", commitIndex: 4 })
    expect(said(cluster, 0)).toEqual([])
    cluster.runFor(1)
    expect(resultsOf(cluster, 50)).toEqual([{ type: "Result", sequence: 1, result: { done: true, value: null } }])
  },
)

describe("a leader that hands over (thesis §3.10)", () => {
  const transfer = (cluster: RaftCluster, to: NodeId): void => {
    cluster.request(50, 0, { type: "TransferLeadership", sequence: 1, to })
    cluster.runFor(1)
  }

  test("waits for the transferee's log to be complete, then tells it to stand", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    transfer(cluster, 1)
    cluster.inject(2, 0, reply(2))
    cluster.inject(1, 0, reply(1))
    expect(cluster.count("TimeoutNow")).toBe(0)
    cluster.inject(1, 0, reply(2))
    expect(said(cluster, 0).at(-1)).toBe("TimeoutNow to 1, protocol")
    expect(lastSent(cluster, 0, "TimeoutNow").term).toBe(1)
  })

  test("tells it once, whatever else is replied", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    cluster.inject(1, 0, reply(2))
    transfer(cluster, 1)
    cluster.inject(1, 0, reply(2))
    for (const index of [1, 2]) cluster.inject(2, 0, reply(index))
    expect(cluster.count("TimeoutNow")).toBe(1)
  })

  test("turns clients and operators away meanwhile, and takes requests again after an election timeout", () => {
    const cluster = leading({ electionTimeoutMin: "100ms", checkQuorum: false })
    transfer(cluster, 1)
    ask(cluster, "x", 2)
    cluster.request(3, 0, { type: "ChangeMembership", sequence: 1, members: [0] })
    transfer(cluster, 2)
    expect([redirectsOf(cluster, 2), redirectsOf(cluster, 3), redirectsOf(cluster, 50)]).toEqual([
      [null],
      [null],
      [null],
    ])
    cluster.runFor("100ms")
    ask(cluster, "x", 4)
    expect(cluster.disk(0).log).toHaveLength(2)
  })
})

test("entries of other terms than the leader's own are executed, and answered by nobody", () => {
  const cluster = alone()
  writeLog(cluster, 0, [1], 1)
  stand(cluster)
  cluster.inject(1, 0, vote(2))
  cluster.inject(1, 0, reply(2, { term: 2 }))
  cluster.runFor(1)
  expect(terms(cluster, 0)).toEqual([1, 2])
  expect(cluster.state(0).lastApplied).toBe(2)
  expect(cluster.replies).toEqual([])
})
