// Reads of Raft that do not go through the log (thesis §6.4), step by step.
import { describe, expect, test } from "vitest"
import { raft } from "../../../../algorithms/raft/raft.ts"
import type { ClientId } from "../../../../runtime/contract/algorithm.ts"
import { createCluster } from "../../../support/cluster.ts"
import { command, lastSent, redirectsOf, requestVote, resultsOf, type RaftCluster } from "../support.ts"
import { alone, ask, leading, reply, said } from "./support.ts"

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

  test("are confirmed by nobody who hears of the round in a later term, in which the same server may lead again", () => {
    const cluster = alone()
    const late = { prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0, round: 3 }
    cluster.inject(1, 0, requestVote({ term: 2 }))
    for (const term of [1, 2]) cluster.inject(1, 0, { type: "AppendEntries", term, ...late })
    const replies = cluster.sent.flatMap(({ message }) =>
      message.type === "AppendEntriesReply" ? [message.round] : [],
    )
    expect(replies).toEqual([0, 3])
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
