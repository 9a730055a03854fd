// What a Raft server says, believes and waits for in each situation: repeated, late and stray messages among them.
import { describe, expect, test } from "vitest"
import { lies } from "../../../algorithms/raft/lies.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { AppendEntriesReply, Configuration, Message } from "../../../algorithms/raft/types.ts"
import type { ClientId, NodeId, Standing } from "../../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../../services/replicated-log/machine.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  command,
  entriesOf,
  lastSent,
  PATIENT,
  put,
  type RaftCluster,
  redirectsOf,
  requestVote,
  resultsOf,
  terms,
  writeLog,
} from "./support.ts"

const HEARTBEAT = 75_000

/** Servers whose messages all get lost, and who stand for election only when asked: each meets what the test tells it. */
function alone(parameters = {}, nodes = 3): RaftCluster {
  const cluster = createCluster(raft, {
    nodes,
    clientLatency: "0ms",
    parameters: { ...PATIENT, heartbeatInterval: "75ms", ...parameters },
  })
  cluster.intercept(() => "drop")
  return cluster
}

function stand(cluster: RaftCluster, node: NodeId = 0): void {
  cluster.request(99, node, { type: "Elect" })
  cluster.runFor(0)
}

function vote(term: number, voteGranted = true): Message {
  return { type: "RequestVoteReply", term, voteGranted }
}

function preVote(term: number, voteGranted = true): Message {
  return { type: "PreVoteReply", term, voteGranted }
}

/** Server 0 leads in term 1, by the votes of as few as needed. */
function leading(parameters = {}, nodes = 3): RaftCluster {
  const cluster = alone(parameters, nodes)
  // An election that those who hear a leader take part in as well.
  cluster.inject(1, 0, { type: "TimeoutNow", term: 0 })
  for (let from = 1; from <= nodes / 2; from++) cluster.inject(from, 0, vote(1))
  expect(cluster.state(0).role).toBe("leader")
  return cluster
}

function ask(cluster: RaftCluster, value: string, client: ClientId, sequence = 1): void {
  cluster.request(client, 0, put(client, sequence, value))
  cluster.runFor(0)
}

/** A reply of success in term 1, unless something else is said. */
function reply(index: number, fields: Partial<AppendEntriesReply> = {}): AppendEntriesReply {
  return {
    type: "AppendEntriesReply",
    term: 1,
    success: true,
    index,
    conflictTerm: 0,
    conflictIndex: 0,
    round: 0,
    ...fields,
  }
}

/** What a server sent: `AppendEntries 2,3 to 1, protocol` for entries 2 and 3. */
function said(cluster: RaftCluster, node: NodeId): string[] {
  return cluster.sent
    .filter(({ from }) => from === node)
    .map(({ to, message, purpose }) => {
      const entries = message.type === "AppendEntries" ? ` ${message.entries.map(({ index }) => index).join()}` : ""
      return `${message.type}${entries} to ${to}, ${purpose}`
    })
}

/** Whom a server said it believes to lead, each time with the term. */
function beliefs(cluster: RaftCluster, node: NodeId): (number | null)[][] {
  return cluster.facts.flatMap(({ node: by, fact }) =>
    by === node && fact.type === "believes" ? [[fact.leader, fact.epoch]] : [],
  )
}

describe("a server stands", () => {
  const situations: readonly [string, Standing, (cluster: RaftCluster) => void][] = [
    ["as a follower of term 0 at first", { role: "follower", rank: 0, epoch: 0 }, () => {}],
    [
      "as a follower in the latest term that it has heard of",
      { role: "follower", rank: 0, epoch: 5 },
      cluster => cluster.inject(1, 0, requestVote({ term: 5 })),
    ],
    ["as a pre-candidate in the term before the one it asks for", { role: "preCandidate", rank: 1, epoch: 0 }, stand],
    [
      "as a candidate in its own term",
      { role: "candidate", rank: 1, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
      },
    ],
    [
      "as the leader once a majority has voted for it",
      { role: "leader", rank: 2, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
        cluster.inject(2, 0, vote(1))
      },
    ],
    [
      "as a follower again in a later term",
      { role: "follower", rank: 0, epoch: 2 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, vote(2, false))
      },
    ],
    [
      "as a follower in the term on its disk after a restart",
      { role: "follower", rank: 0, epoch: 1 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, preVote(1))
        cluster.crash(0)
        cluster.restart(0)
      },
    ],
  ]
  test.each(situations)("%s", (_, standing, bring) => {
    const cluster = alone({ preVote: true })
    bring(cluster)
    expect(cluster.standing(0)).toEqual(standing)
  })
})

describe("a server waits", () => {
  test("for a leader as a follower, also for votes as a candidate, for the next heartbeat as the leader", () => {
    const cluster = alone({ preVote: true })
    expect(cluster.armed(0)).toEqual(["election"])
    stand(cluster)
    expect(cluster.armed(0)).toEqual(["election", "retry"])
    cluster.inject(1, 0, preVote(1))
    expect(cluster.armed(0)).toEqual(["election", "retry"])
    cluster.inject(1, 0, vote(1))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
  })

  test.each([appendEntries({ term: 1 }), vote(2, false)])(
    "for no more votes when a $type ends its candidacy",
    message => {
      const cluster = alone()
      stand(cluster)
      cluster.inject(1, 0, message)
      expect(cluster.armed(0)).toEqual(["election"])
      expect(cluster.state(0).role).toBe("follower")
    },
  )

  test("for nothing of what it waited for as the leader when it is deposed", () => {
    const cluster = leading({ initialMembers: 3 }, 4)
    cluster.request(50, 0, { type: "ChangeMembership", sequence: 1, members: [0, 1, 2, 3] })
    cluster.request(50, 0, { type: "TransferLeadership", sequence: 2, to: 1 })
    cluster.runFor(1)
    expect(cluster.armed(0)).toEqual(["catchUp", "heartbeat", "transfer"])
    expect(cluster.state(0).peers).toEqual([1, 2, 3])
    cluster.inject(1, 0, appendEntries({ term: 2 }))
    expect(cluster.armed(0)).toEqual(["election"])
    expect(cluster.state(0)).toMatchObject({ transferee: null, change: null, peers: [1, 2] })
  })

  test("at least electionTimeoutMin for a leader, also where the longest wait is given as less", () => {
    const cluster = alone({ electionTimeoutMin: "300ms", electionTimeoutMax: "100ms", heartbeatInterval: "1h" })
    cluster.runFor("299ms")
    expect(cluster.sent).toEqual([])
    cluster.runFor("1ms")
    expect(cluster.count("RequestVote")).toBe(3 * 2)
  })

  test("for ever, if it has no vote, after its first wait is over", () => {
    const cluster = createCluster(raft, { nodes: 4, parameters: { initialMembers: 3 } })
    cluster.intercept(() => "drop")
    cluster.runFor("1s")
    expect(cluster.armed(3)).toEqual([])
    expect(said(cluster, 3)).toEqual([])
  })
})

describe("a server reports whom it believes to lead", () => {
  test("once a leader, and nobody when a later term begins", () => {
    const cluster = alone()
    for (const _ of [1, 2]) cluster.inject(1, 0, appendEntries({ term: 1 }))
    cluster.inject(2, 0, requestVote({ term: 2 }))
    cluster.inject(2, 0, appendEntries({ term: 2 }))
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    expect(beliefs(cluster, 0)).toEqual([
      [null, 0],
      [null, 1],
      [1, 1],
      [null, 2],
      [2, 2],
    ])
  })

  test("as a pre-candidate once that it has lost its leader, and still in the term of that one", () => {
    const cluster = alone({ preVote: true })
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    cluster.facts.length = 0
    for (const _ of [1, 2]) stand(cluster)
    cluster.inject(1, 0, preVote(2))
    expect(beliefs(cluster, 0)).toEqual([
      [null, 1],
      [null, 2],
    ])
  })
})

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

test("votes, pre-votes and what snapshots are answered count for the purpose of the question", () => {
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
  ]
  for (const question of questions) cluster.inject(1, 0, question, "retransmission")
  expect(said(cluster, 0)).toEqual([
    "RequestVoteReply to 1, retransmission",
    "PreVoteReply to 1, retransmission",
    "InstallSnapshotReply to 1, retransmission",
  ])
})

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

test("a follower that is asked for much keeps to its leader", () => {
  const cluster = alone({ electionTimeoutMin: "100ms", electionTimeoutMax: "150ms" })
  for (let sequence = 1; sequence <= 10; sequence++) {
    cluster.inject(1, 0, appendEntries({ term: 1, purpose: "heartbeat" }))
    ask(cluster, "x", 7, sequence)
    cluster.runFor("50ms")
  }
  expect(redirectsOf(cluster, 7)).toEqual(Array.from({ length: 10 }, () => 1))
})

describe("changes of membership (§6, thesis §4)", () => {
  /** Server 0 leads the first three, with four entries in the log. */
  function grown(parameters: object, nodes: number): RaftCluster {
    const cluster = leading({ initialMembers: 3, ...parameters }, nodes)
    for (const client of [1, 2, 3]) ask(cluster, "x", client)
    cluster.clearCounts()
    return cluster
  }
  const change = (cluster: RaftCluster, ...members: readonly number[]): void => {
    cluster.request(50, 0, { type: "ChangeMembership", sequence: 1, members })
    cluster.runFor(1)
  }
  const outcomes = (cluster: RaftCluster): boolean[] => resultsOf(cluster, 50).map(({ result }) => result.done)

  test("begin with word to the new servers alone, at once", () => {
    const cluster = grown({}, 5)
    change(cluster, 0, 1, 2, 3, 4)
    expect(said(cluster, 0).map(sent => sent.replace(/ [\d,]* to/, " to"))).toEqual([
      "AppendEntries to 3, protocol",
      "AppendEntries to 4, protocol",
    ])
  })

  test.each([[[]], [[0, 1, 1]], [[0, 1, 2.5]], [[-1, 0]], [[0, 1, 4]]])("to %j are refused", members => {
    const cluster = grown({}, 4)
    change(cluster, ...members)
    expect([outcomes(cluster), cluster.state(0).change]).toEqual([[false], null])
  })

  test("are refused while another one waits for new servers to catch up", () => {
    const cluster = grown({}, 5)
    change(cluster, 0, 1, 2, 3)
    change(cluster, 0, 1, 2, 4)
    expect(outcomes(cluster)).toEqual([false])
    expect(cluster.state(0).change?.members).toEqual([0, 1, 2, 3])
  })

  test("are refused while the configuration that a former leader left is not committed", () => {
    const cluster = alone({ initialMembers: 3 }, 4)
    const left: Configuration = { type: "Configuration", members: [0, 1, 2, 3], next: null }
    cluster.inject(1, 0, appendEntries({ entries: [{ index: 1, term: 1, command: left }] }))
    stand(cluster)
    for (const from of [1, 2]) cluster.inject(from, 0, vote(2))
    change(cluster, 0, 1, 2)
    expect(outcomes(cluster)).toEqual([false])
    for (const from of [1, 2]) cluster.inject(from, 0, reply(2, { term: 2 }))
    change(cluster, 0, 1, 2)
    expect(outcomes(cluster)).toEqual([false])
    expect(cluster.state(0).configuration.next).toEqual([0, 1, 2])
  })

  test("no longer wait for new servers that have caught up", () => {
    const cluster = grown({}, 4)
    change(cluster, 0, 1, 2, 3)
    expect(cluster.armed(0)).toEqual(["catchUp", "heartbeat"])
    cluster.inject(3, 0, reply(4))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    expect(cluster.state(0).configuration.next).toEqual([0, 1, 2, 3])
  })

  test("let a server vote that caught up in one short round, however long the rounds before took", () => {
    const cluster = grown({ electionTimeoutMin: "10ms", checkQuorum: false }, 4)
    change(cluster, 0, 1, 2, 3)
    cluster.runFor("20ms")
    for (const client of [4, 5]) ask(cluster, "x", client)
    cluster.inject(3, 0, reply(4))
    expect(cluster.state(0).change).toMatchObject({ hasCaughtUp: false, round: 2, roundEnd: 6 })
    ask(cluster, "x", 6)
    cluster.runFor("5ms")
    cluster.inject(3, 0, reply(6))
    expect(cluster.state(0).change).toMatchObject({ hasCaughtUp: true, round: 2 })
  })

  test("go on as long as those that are behind get on, though others have had all for long", () => {
    const timeouts = { electionTimeoutMin: "10ms", electionTimeoutMax: "10ms", checkQuorum: false }
    const cluster = grown(timeouts, 5)
    change(cluster, 0, 1, 2, 3, 4)
    cluster.inject(3, 0, reply(4))
    for (const index of [1, 2, 3]) {
      cluster.inject(4, 0, reply(index))
      cluster.runFor("100ms")
    }
    expect([outcomes(cluster), cluster.state(0).change?.members]).toEqual([[], [0, 1, 2, 3, 4]])
    cluster.runFor("100ms")
    expect([outcomes(cluster), cluster.state(0).change]).toEqual([[false], null])
  })

  test("end all talk with the servers that they remove", () => {
    const cluster = grown({}, 3)
    change(cluster, 0, 1)
    for (const index of [5, 6]) cluster.inject(1, 0, reply(index))
    cluster.runFor(1)
    expect([outcomes(cluster), cluster.state(0).peers]).toEqual([[true], [1]])
    cluster.clearCounts()
    ask(cluster, "y", 1, 2)
    const sent = said(cluster, 0)
    cluster.inject(2, 0, reply(5, { success: false, conflictIndex: 1 }))
    cluster.inject(2, 0, reply(5))
    expect(said(cluster, 0)).toEqual(sent)
    expect(sent).toEqual(["AppendEntries 7 to 1, protocol"])
  })
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

describe("reads (thesis §6.4)", () => {
  const get = (client: ClientId, sequence = 1) => command(client, sequence, { op: "get", key: "x" })
  const read = (cluster: RaftCluster, client: ClientId): void => {
    cluster.request(client, 0, get(client))
    cluster.runFor(0)
  }
  /** Server 0 leads, and its first entry is committed. */
  function established(parameters: object): RaftCluster {
    const cluster = leading(parameters, 5)
    for (const from of [1, 2]) cluster.inject(from, 0, reply(1))
    cluster.clearCounts()
    return cluster
  }

  test("ask all servers a question each, and are answered when a majority has answered that very round", () => {
    const cluster = established({ reads: "index" })
    read(cluster, 1)
    expect(said(cluster, 0)).toEqual([1, 2, 3, 4].map(peer => `AppendEntries  to ${peer}, protocol`))
    cluster.inject(1, 0, reply(1, { round: 1 }))
    read(cluster, 2)
    cluster.inject(2, 0, reply(1, { round: 1 }))
    cluster.runFor(1)
    expect(cluster.replies.map(({ client }) => client)).toEqual([1])
    for (const from of [3, 4]) cluster.inject(from, 0, reply(1, { round: 2 }))
    cluster.runFor(1)
    expect(cluster.replies.map(({ client }) => client)).toEqual([1, 2])
  })

  test("are confirmed by refusals as well: those that refuse follow, too", () => {
    const cluster = established({ reads: "index" })
    read(cluster, 1)
    for (const from of [3, 4]) cluster.inject(from, 0, reply(0, { success: false, conflictIndex: 1, round: 1 }))
    cluster.runFor(1)
    expect(resultsOf(cluster, 1)).toHaveLength(1)
  })

  test("wait for what is committed when they come, not for more", () => {
    const cluster = established({ reads: "index" })
    ask(cluster, "new", 7)
    read(cluster, 1)
    for (const from of [1, 2]) cluster.inject(from, 0, reply(1, { round: 1 }))
    cluster.runFor(1)
    expect(resultsOf(cluster, 1)).toEqual([{ type: "Result", sequence: 1, result: { done: true, value: null } }])
  })

  test("are turned away when their leader is deposed, and not answered by confirmations that come late", () => {
    const cluster = established({ reads: "index" })
    read(cluster, 1)
    cluster.inject(1, 0, requestVote({ term: 2 }))
    for (const from of [1, 2]) cluster.inject(from, 0, reply(1, { round: 1 }))
    cluster.runFor(1)
    expect([redirectsOf(cluster, 1), resultsOf(cluster, 1)]).toEqual([[null], []])
  })

  test.each(["index", "lease"])("by %s are answered at once by the only server there is", reads => {
    const cluster = createCluster(raft, { nodes: 1, parameters: { reads }, clientLatency: "0ms" })
    cluster.runFor("400ms")
    cluster.request(1, 0, get(1))
    cluster.runFor(1)
    expect(resultsOf(cluster, 1)).toHaveLength(1)
  })

  test("wait for the first entry of their leader's term, though a majority has confirmed that it leads", () => {
    const cluster = leading({ reads: "index" }, 5)
    read(cluster, 1)
    for (const from of [1, 2]) cluster.inject(from, 0, reply(0, { success: false, conflictIndex: 1, round: 1 }))
    cluster.runFor(1)
    expect(cluster.state(0).reads.confirmed).toBe(1)
    expect(resultsOf(cluster, 1)).toEqual([])
    for (const from of [1, 2]) cluster.inject(from, 0, reply(1, { round: 1 }))
    cluster.runFor(1)
    expect(resultsOf(cluster, 1)).toHaveLength(1)
  })

  test("are confirmed by the latest round that each server has answered, whatever arrives late", () => {
    const cluster = established({ reads: "index" })
    for (const client of [1, 2]) read(cluster, client)
    for (const round of [2, 1]) cluster.inject(1, 0, reply(1, { round }))
    cluster.inject(2, 0, reply(1, { round: 2 }))
    cluster.runFor(1)
    expect(cluster.replies.map(({ client }) => client)).toEqual([1, 2])
  })

  test("go through the log like writes where nothing else is said", () => {
    const cluster = established({})
    read(cluster, 1)
    expect(cluster.disk(0).log.at(-1)?.command).toEqual(get(1))
  })

  test("need more than a lease from the time that their leader tells another to take over", () => {
    const cluster = leading({ reads: "lease", checkQuorum: false })
    cluster.inject(1, 0, reply(1, { round: 1 }))
    expect(cluster.state(0).reads.leaseUntil).toBe(3_600_000_000)
    cluster.request(50, 0, { type: "TransferLeadership", sequence: 1, to: 1 })
    cluster.runFor(1)
    expect(cluster.state(0).reads.leaseUntil).toBe(null)
  })

  test("ask again, each of them, once a leader has told another to take over", () => {
    const cluster = leading({ reads: "lease", electionTimeoutMin: "100ms", checkQuorum: false })
    cluster.inject(1, 0, reply(1))
    cluster.request(50, 0, { type: "TransferLeadership", sequence: 1, to: 1 })
    cluster.runFor(1)
    expect(cluster.count("TimeoutNow")).toBe(1)
    // The round of its first AppendEntries is confirmed too late for a lease.
    cluster.inject(2, 0, reply(1, { round: 1 }))
    expect(cluster.state(0).reads.leaseUntil).toBe(null)
    cluster.runFor("100ms")
    expect(lastSent(cluster, 0, "AppendEntries").round).toBe(1)
    for (const client of [1, 2]) {
      cluster.clearCounts()
      read(cluster, client)
      expect(cluster.count("AppendEntries", "protocol")).toBe(2)
      const { round } = lastSent(cluster, 0, "AppendEntries")
      cluster.inject(2, 0, reply(1, { round }))
      cluster.runFor(1)
      expect(resultsOf(cluster, client)).toHaveLength(1)
    }
  })

  test("under a lease ask nobody, from the time that a majority confirms it until it is over", () => {
    // The first AppendEntries of the leader opened round 1, at time 0.
    const cluster = leading({ reads: "lease", electionTimeoutMin: "100ms", checkQuorum: false, clockDrift: "10%" })
    cluster.runFor("10ms")
    cluster.clearCounts()
    read(cluster, 1)
    expect(cluster.count("AppendEntries", "protocol")).toBe(2)
    cluster.inject(1, 0, reply(1, { round: 2 }))
    cluster.runFor(1)
    expect(resultsOf(cluster, 1)).toHaveLength(1)
    // 100 ms less the drift of both clocks: 100 ms * 0.9 / 1.1.
    cluster.runFor(81_818 - 1 - cluster.now)
    cluster.clearCounts()
    read(cluster, 2)
    cluster.runFor(0)
    expect([resultsOf(cluster, 2).length, cluster.count()]).toEqual([1, 0])
    expect(cluster.state(0).reads.round).toBe(2)
    cluster.runFor(1)
    read(cluster, 3)
    expect([resultsOf(cluster, 3).length, cluster.count("AppendEntries", "protocol")]).toEqual([0, 2])
  })
})

describe("snapshots (§7)", () => {
  const snapshotAt = (lastIncludedIndex: number) => ({
    lastIncludedIndex,
    lastIncludedTerm: 1,
    configuration: { type: "Configuration", members: [0, 1, 2], next: null } as const,
    machine: emptyMachine(),
  })

  test("are taken when exactly so many entries have been applied since the last one", () => {
    const cluster = alone({ snapshotEvery: 3 })
    writeLog(cluster, 0, [1, 1, 1, 1, 1, 1], 1)
    const taken = [1, 2, 3, 4, 5, 6].map(leaderCommit => {
      cluster.inject(1, 0, appendEntries({ prevLogIndex: 6, prevLogTerm: 1, leaderCommit }))
      return cluster.disk(0).snapshot.lastIncludedIndex
    })
    expect(taken).toEqual([0, 0, 3, 3, 3, 6])
  })

  test("leave nothing in the log of what they cover, also where they are taken after each entry", () => {
    const cluster = leading({ snapshotEvery: 1 })
    cluster.inject(1, 0, reply(1))
    expect(cluster.disk(0)).toMatchObject({ log: [], snapshot: { lastIncludedIndex: 1 } })
  })

  test.each([
    [1, false],
    [2, false],
    [3, true],
  ])("up to %i are taken over by a server that has committed two entries: %s", (index, restored) => {
    const cluster = alone()
    writeLog(cluster, 0, [1, 1], 1)
    cluster.inject(1, 0, appendEntries({ prevLogIndex: 2, prevLogTerm: 1, leaderCommit: 2 }))
    cluster.inject(1, 0, { type: "InstallSnapshot", term: 1, snapshot: snapshotAt(index) })
    expect(cluster.facts.some(({ fact }) => fact.type === "restored")).toBe(restored)
    expect(cluster.state(0).lastApplied).toBe(restored ? index : 2)
    expect(lastSent(cluster, 0, "InstallSnapshotReply")).toEqual({ type: "InstallSnapshotReply", term: 1, index })
  })

  test("bring the leader's word as any AppendEntries does", () => {
    const cluster = alone()
    cluster.inject(1, 0, { type: "InstallSnapshot", term: 3, snapshot: snapshotAt(2) })
    expect(cluster.state(0)).toMatchObject({ role: "follower", leaderId: 1, commitIndex: 2 })
    expect(cluster.disk(0).currentTerm).toBe(3)
  })
})

describe("a traitor", () => {
  const truth = (told: number): number => told
  const opposite = (told: number): number => 1 - told

  test.each(["RequestVoteReply", "PreVoteReply"] as const)("turns its answers in a %s round", type => {
    for (const voteGranted of [true, false]) {
      const lie = lies[type]!
      expect(lie({ type, term: 3, voteGranted } as never, opposite)).toEqual({
        type,
        term: 3,
        voteGranted: !voteGranted,
      })
      expect(lie({ type, term: 3, voteGranted } as never, truth)).toEqual({ type, term: 3, voteGranted })
    }
  })

  test("says that it has stored what it has not, and that it lacks all", () => {
    const refusal = reply(4, { success: false, conflictTerm: 2, conflictIndex: 3, round: 7 })
    expect(lies.AppendEntriesReply!(refusal, opposite)).toEqual(
      reply(4, { success: true, conflictTerm: 0, conflictIndex: 1, round: 7 }),
    )
  })

  test("forges the values of its clients' commands, numbers by numbers, and nothing else", () => {
    const entry = (value: string) => ({ index: 1, term: 1, command: put(1, 1, value) })
    const entries = [
      entry("0"),
      entry("1"),
      entry("27"),
      entry("2x"),
      entry("x2"),
      { index: 2, term: 1, command: command(1, 2, { op: "get", key: "x" }) },
      { index: 3, term: 1, command: null },
      { index: 4, term: 1, command: { type: "Configuration", members: [0], next: null } as const },
    ]
    const told = appendEntries({ entries })
    expect(lies.AppendEntries!(told, truth)).toEqual(told)
    const [a, b, c, d, e, ...rest] = entries
    expect([a, b, c, d, e].every(one => one !== undefined)).toBe(true)
    expect(lies.AppendEntries!(told, opposite)).toEqual(
      appendEntries({ entries: [...["1", "0", "0", "forged", "forged"].map(entry), ...rest] }),
    )
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
