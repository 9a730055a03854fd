// Membership changes by joint consensus (§6, thesis §4) and leadership transfer (thesis §3.10).
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Configuration } from "../../../algorithms/raft/types.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  appendEntries,
  commit,
  elect,
  entriesOf,
  leaders,
  ledCluster,
  nodesOf,
  PATIENT,
  put,
  type RaftCluster,
  redirectsOf,
  resultsOf,
} from "./support.ts"

const OPERATOR = 50

function change(cluster: RaftCluster, leader: NodeId, members: readonly NodeId[], sequence = 1): void {
  cluster.request(OPERATOR, leader, { type: "ChangeMembership", sequence, members })
}

function outcomes(cluster: RaftCluster): boolean[] {
  return resultsOf(cluster, OPERATOR).map(({ result }) => result.done)
}

function configuration(cluster: RaftCluster, node: NodeId): Omit<Configuration, "type"> {
  const { members, next } = cluster.state(node).configuration
  return { members, next }
}

function isConfiguration(entry: { readonly command: unknown }): boolean {
  return typeof entry.command === "object" && entry.command !== null && "members" in entry.command
}

describe("the initial configuration", () => {
  test("may be a part of the nodes: the others take no part and cost nothing", () => {
    const cluster = createCluster(raft, { nodes: 5, parameters: { initialMembers: 3 } })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("1s")
    expect(leaders(cluster)[0]).toBeLessThan(3)
    expect(cluster.sent.filter(({ from, to }) => from > 2 || to > 2)).toEqual([])
  })
})

describe("changing the membership", () => {
  test("adds servers: they catch up first, then C_old,new is committed, then C_new", () => {
    const cluster = ledCluster({ nodes: 5, parameters: { initialMembers: 3, heartbeatInterval: "50ms" } })
    for (let sequence = 1; sequence <= 20; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    change(cluster, 0, [0, 1, 2, 3, 4])
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
    for (const node of nodesOf(cluster)) {
      expect(configuration(cluster, node)).toEqual({ members: [0, 1, 2, 3, 4], next: null })
      expect(cluster.disk(node).log).toEqual(cluster.disk(0).log)
    }
    expect(
      cluster
        .disk(0)
        .log.filter(isConfiguration)
        .map(({ command }) => command),
    ).toEqual([
      { type: "Configuration", members: [0, 1, 2], next: [0, 1, 2, 3, 4] },
      { type: "Configuration", members: [0, 1, 2, 3, 4], next: null },
    ])
    cluster.crash(1)
    cluster.crash(2)
    commit(cluster, 0, put(0, 21, "with the new ones"))
    expect(resultsOf(cluster, 0)).toHaveLength(21)
  })

  test("a server that cannot catch up never gets a vote, and holds nothing up", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { initialMembers: 3, heartbeatInterval: "50ms" } })
    cluster.crash(3)
    change(cluster, 0, [0, 1, 2, 3])
    commit(cluster, 0, put(0, 1, "v"))
    expect(outcomes(cluster)).toEqual([])
    expect(configuration(cluster, 0)).toEqual({ members: [0, 1, 2], next: null })
    expect(resultsOf(cluster, 0)).toHaveLength(1)
    cluster.restart(3)
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
  })

  test.each([
    ["the old members alone", [0, 1, 2], false],
    ["the new members alone", [0, 3, 4], false],
    ["a majority of each", [0, 2, 4], true],
  ])("while the configuration is joint, commits by %s: %j, %s", (_, side, committed) => {
    const cluster = ledCluster({ nodes: 5, parameters: { initialMembers: 3, heartbeatInterval: "50ms" } })
    change(cluster, 0, [0, 3, 4])
    cluster.runUntil(() => configuration(cluster, 0).next !== null)
    cluster.intercept((from, to) => (side.includes(from) && side.includes(to) ? "deliver" : "drop"))
    commit(cluster, 0, put(0, 1, "v"))
    expect(resultsOf(cluster, 0)).toHaveLength(committed ? 1 : 0)
    expect(outcomes(cluster)).toEqual(committed ? [true] : [])
  })

  test("while it is joint, an election needs a majority of both", () => {
    const cluster = ledCluster({ nodes: 5, parameters: { initialMembers: 3, heartbeatInterval: "20ms" } })
    cluster.intercept((_, to, message) =>
      message.type === "AppendEntriesReply" && to === 0 && cluster.disk(0).log.some(isConfiguration)
        ? "drop"
        : "deliver",
    )
    change(cluster, 0, [0, 3, 4])
    cluster.runUntil(() => nodesOf(cluster).every(node => configuration(cluster, node).next !== null))
    cluster.crash(0)
    cluster.intercept(() => "deliver")
    cluster.partition([[1, 2, 3], [4]])
    cluster.request(9, 1, { type: "Elect" })
    cluster.runFor("100ms")
    expect(leaders(cluster)).toEqual([])
    cluster.heal()
    elect(cluster, 1)
    // The new leader, which is not in C_new, carries the change through and steps down.
    expect(leaders(cluster)).toEqual([])
    for (const node of [3, 4]) expect(cluster.disk(node).log.filter(isConfiguration)).toHaveLength(2)
    elect(cluster, 3)
    expect(leaders(cluster)).toEqual([3])
    expect(configuration(cluster, 4)).toEqual({ members: [0, 3, 4], next: null })
  })

  test("a leader that is not in C_new leads until that is committed, without counting itself, and steps down", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { heartbeatInterval: "50ms" } })
    change(cluster, 0, [1, 2, 3])
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
    expect(cluster.state(0).role).toBe("follower")
    elect(cluster, 1)
    commit(cluster, 1, put(0, 1, "v"))
    expect(resultsOf(cluster, 0)).toHaveLength(1)
    expect(cluster.state(1).peers).toEqual([2, 3])
  })

  test("an uncommitted configuration goes when its entry goes", () => {
    const cluster = ledCluster({ nodes: 5, parameters: { initialMembers: 3 } })
    cluster.intercept(() => "drop")
    change(cluster, 0, [0, 1])
    cluster.runFor("10ms")
    expect(configuration(cluster, 0).next).toEqual([0, 1])
    cluster.inject(1, 0, appendEntries({ term: 2, prevLogIndex: 1, prevLogTerm: 1, entries: entriesOf([2], 2) }))
    expect(configuration(cluster, 0)).toEqual({ members: [0, 1, 2], next: null })
    expect(cluster.state(0).peers).toEqual([1, 2])
  })

  test("a configuration survives in the snapshot, and restarts", () => {
    const parameters = { initialMembers: 3, heartbeatInterval: "50ms", snapshotEvery: 4 }
    const cluster = ledCluster({ nodes: 4, parameters })
    change(cluster, 0, [0, 1, 3])
    for (let sequence = 1; sequence <= 10; sequence++) commit(cluster, 0, put(0, sequence, "v"))
    expect(cluster.disk(3).log.some(isConfiguration)).toBe(false)
    cluster.crash(3)
    cluster.restart(3)
    expect(configuration(cluster, 3)).toEqual({ members: [0, 1, 3], next: null })
  })

  test("one change at a time: another is refused until the first is done; the same again is done already", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { heartbeatInterval: "50ms" } })
    change(cluster, 0, [0, 1, 2], 1)
    change(cluster, 0, [0, 1, 3], 2)
    cluster.runFor("1s")
    change(cluster, 0, [2, 1, 0], 3)
    cluster.runFor("1s")
    const answers = resultsOf(cluster, OPERATOR).map(({ sequence, result }) => [sequence, result.done])
    expect(answers).toEqual([
      [2, false],
      [1, true],
      [3, true],
    ])
  })

  test("impossible members are refused, and followers redirect", () => {
    const cluster = ledCluster({ nodes: 3 })
    change(cluster, 0, [])
    change(cluster, 0, [0, 7])
    change(cluster, 0, [1, 1, 2])
    change(cluster, 1, [0, 1])
    cluster.runFor("10ms")
    expect(outcomes(cluster)).toEqual([false, false, false])
    expect(redirectsOf(cluster, OPERATOR)).toEqual([0])
  })
})

describe("catching up (thesis §4.2.1)", () => {
  /** A group of three with the default timeouts that is to take in a fourth server. */
  function led(): { cluster: RaftCluster; leader: NodeId } {
    const cluster = createCluster(raft, { nodes: 4, parameters: { initialMembers: 3 } })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("100ms")
    return { cluster, leader: leaders(cluster)[0]! }
  }

  const all = [0, 1, 2, 3]

  test.each(["200ms", "2s"])("a server that comes %s later joins, though nothing else happens", late => {
    const { cluster, leader } = led()
    cluster.crash(3)
    change(cluster, leader, all)
    cluster.runFor(late)
    cluster.restart(3)
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
    expect(configuration(cluster, 3)).toEqual({ members: all, next: null })
  })

  test("a change is given up if a new server does not come; commands go on meanwhile, and the next change is made", () => {
    const { cluster, leader } = led()
    cluster.crash(3)
    change(cluster, leader, all)
    cluster.runFor("1s")
    commit(cluster, leader, put(0, 1, "v"))
    expect(outcomes(cluster)).toEqual([])
    cluster.runFor("5s")
    expect(outcomes(cluster)).toEqual([false])
    cluster.clearCounts()
    cluster.runFor("1s")
    expect(cluster.sent.filter(({ to }) => to === 3)).toEqual([])
    const smaller = [leader, (leader + 1) % 3]
    change(cluster, leader, smaller, 2)
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([false, true])
    expect(configuration(cluster, leader)).toEqual({ members: smaller, next: null })
    expect(resultsOf(cluster, 0)).toHaveLength(1)
  })

  test("a change is given up if one of two new servers does not come, though the other gets on", () => {
    const cluster = createCluster(raft, { nodes: 5, parameters: { initialMembers: 3 } })
    cluster.runUntil(() => leaders(cluster).length === 1)
    const leader = leaders(cluster)[0]!
    cluster.crash(4)
    change(cluster, leader, [0, 1, 2, 3, 4])
    for (let sequence = 1; sequence <= 70; sequence++) commitSoon(cluster, leader, sequence)
    expect(outcomes(cluster)).toEqual([false])
  })

  /** Sends a command and lets a tenth of a second pass. */
  function commitSoon(cluster: RaftCluster, leader: NodeId, sequence: number): void {
    cluster.request(0, leader, put(0, sequence, "v"))
    cluster.runFor("100ms")
  }

  /** The new server is 200 ms away, so that every round takes longer than an election timeout. */
  function farAway(): { cluster: RaftCluster; leader: NodeId } {
    const { cluster, leader } = led()
    cluster.intercept((from, to) => (from === 3 || to === 3 ? { delay: 200_000 } : "deliver"))
    change(cluster, leader, all)
    return { cluster, leader }
  }

  test("a change is given up if after ten rounds commits would still have to wait for the new server", () => {
    const { cluster, leader } = farAway()
    for (let sequence = 1; sequence <= 32; sequence++) commitSoon(cluster, leader, sequence)
    expect(cluster.state(leader).change?.round).toBe(10)
    expect(outcomes(cluster)).toEqual([])
    expect(configuration(cluster, leader).next).toBeNull()
    for (let sequence = 33; sequence <= 34; sequence++) commitSoon(cluster, leader, sequence)
    expect(outcomes(cluster)).toEqual([false])
  })

  test("a server that is as far away, but has missed nothing in the end, joins", () => {
    const { cluster, leader } = farAway()
    for (let sequence = 1; sequence <= 20; sequence++) commitSoon(cluster, leader, sequence)
    cluster.runFor("3s")
    expect(outcomes(cluster)).toEqual([true])
  })

  test("a leader that steps down meanwhile gives nothing up: its successor takes up another change", () => {
    const { cluster, leader } = led()
    cluster.crash(3)
    change(cluster, leader, all)
    cluster.runFor("100ms")
    const next = (leader + 1) % 3
    cluster.request(9, next, { type: "Elect" })
    cluster.runUntil(() => cluster.state(next).role === "leader")
    change(
      cluster,
      next,
      [0, 1, 2].filter(node => node === next || node !== leader),
      2,
    )
    cluster.runFor("10s")
    expect(resultsOf(cluster, OPERATOR)).toMatchObject([{ sequence: 2, result: { done: true } }])
  })
})

describe("a server outside its own configuration (thesis §4.2.2)", () => {
  /** A leader that has C_new, which it is not in, on its own disk alone; nobody else knows more than C_old,new. */
  function removedByItself(): { cluster: RaftCluster; leader: NodeId; stays: NodeId; other: NodeId } {
    const cluster = createCluster(raft, { nodes: 4, parameters: { initialMembers: 3 } })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("100ms")
    const leader = leaders(cluster)[0]!
    const [stays, other] = [0, 1, 2].filter(node => node !== leader) as [NodeId, NodeId]
    const isOutside = (): boolean => !configuration(cluster, leader).members.includes(leader)
    cluster.intercept(() => (isOutside() ? "drop" : "deliver"))
    change(cluster, leader, [stays, other, 3])
    cluster.runUntil(isOutside)
    cluster.crash(leader)
    cluster.crash(other)
    cluster.restart(leader)
    cluster.intercept(() => "deliver")
    return { cluster, leader, stays, other }
  }

  test("stands for election as long as that may be uncommitted: it may be all that can complete the change", () => {
    // With majorities of C_old = {leader, stays, other} and of C_new = {stays, other, 3} up.
    const { cluster, leader, stays } = removedByItself()
    cluster.runFor("5s")
    for (const node of [leader, stays, 3]) expect(configuration(cluster, node).members, `${node}`).not.toContain(leader)
    expect(leaders(cluster)).toHaveLength(1)
    expect(leaders(cluster)).not.toContain(leader)
    const next = leaders(cluster)[0]!
    commit(cluster, next, put(0, 1, "v"))
    expect(resultsOf(cluster, 0)).toHaveLength(1)
  })

  test("does not count itself", () => {
    const { cluster, leader, stays } = removedByItself()
    cluster.crash(stays)
    // {leader, 3} would be two of C_old, or two of four; of C_new it is one.
    cluster.runFor("5s")
    expect(leaders(cluster)).toEqual([])
    expect(cluster.count("RequestVote")).toBeGreaterThan(0)
    expect(cluster.state(leader).votes[3]).toBe(true)
  })

  test("does so when the leader asks it to, too", () => {
    const { cluster, leader } = removedByItself()
    cluster.clearCounts()
    cluster.inject(3, leader, { type: "TimeoutNow", term: cluster.disk(leader).currentTerm })
    cluster.runFor("2ms")
    expect(cluster.count("RequestVote")).toBe(3)
  })

  test("leaves elections alone once C_new is committed", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { heartbeatInterval: "50ms" } })
    change(cluster, 0, [1, 2, 3])
    cluster.runFor("1s")
    expect(outcomes(cluster)).toEqual([true])
    cluster.request(9, 0, { type: "Elect" })
    cluster.inject(1, 0, { type: "TimeoutNow", term: 1 })
    cluster.runFor("1s")
    expect(cluster.count("RequestVote")).toBe(0)
  })
})

describe("a removed server that still stands for election (§6)", () => {
  function victoriesAfterRemoval(leaderStickiness: boolean): number {
    const cluster = createCluster(raft, { nodes: 4, seed: 2, parameters: { leaderStickiness } })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("500ms")
    const leader = leaders(cluster)[0]!
    const removed = (leader + 1) % 4
    // It never learns that it was removed.
    change(
      cluster,
      leader,
      nodesOf(cluster).filter(node => node !== removed),
    )
    cluster.runFor("1s")
    cluster.facts.length = 0
    cluster.runFor("10s")
    return cluster.facts.filter(({ node, fact }) => fact.type === "believes" && fact.leader === node).length
  }

  test("deposes one leader after the other", () => {
    expect(victoriesAfterRemoval(false)).toBeGreaterThan(3)
  })

  test("disturbs nobody if those who hear from a leader ignore it (leader stickiness)", () => {
    expect(victoriesAfterRemoval(true)).toBe(0)
  })
})

describe("leadership transfer (thesis §3.10)", () => {
  function transfer(cluster: RaftCluster, leader: NodeId, to: NodeId): void {
    cluster.request(OPERATOR, leader, { type: "TransferLeadership", sequence: 1, to })
  }

  test("the named server leads 3d after the leader was asked, whoever else is patient", () => {
    const cluster = ledCluster({ nodes: 5 })
    const start = cluster.now
    transfer(cluster, 0, 3)
    cluster.runFor("50ms")
    expect(leaders(cluster)).toEqual([3])
    const victory = cluster.facts.find(
      ({ time, node, fact }) => time > start && node === 3 && fact.type === "believes" && fact.leader === 3,
    )
    expect(victory!.time - start).toBe(1_000 + 3_000)
    expect(outcomes(cluster)).toEqual([true])
  })

  test("one that lags is brought up to date first; meanwhile clients are turned away", () => {
    const cluster = ledCluster({ nodes: 3, parameters: { heartbeatInterval: "50ms" } })
    cluster.crash(2)
    for (let sequence = 1; sequence <= 5; sequence++) commit(cluster, 0, put(0, sequence, `v${sequence}`))
    cluster.restart(2)
    transfer(cluster, 0, 2)
    cluster.runFor("2ms")
    cluster.request(7, 0, put(7, 1, "v"))
    cluster.runFor("100ms")
    expect(redirectsOf(cluster, 7)).toEqual([null])
    expect(leaders(cluster)).toEqual([2])
    expect(cluster.state(2).machine.values.get("x")).toBe("v5")
  })

  test("if the named server is dead, the leader goes on after an election timeout", () => {
    const cluster = createCluster(raft, { nodes: 3 })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("100ms")
    const leader = leaders(cluster)[0]!
    const dead = (leader + 1) % 3
    cluster.crash(dead)
    commit(cluster, leader, put(0, 1, "v"))
    transfer(cluster, leader, dead)
    cluster.runFor("100ms")
    cluster.request(0, leader, put(0, 2, "refused"))
    cluster.runFor("100ms")
    expect(redirectsOf(cluster, 0)).toEqual([null])
    commit(cluster, leader, put(0, 2, "taken"))
    expect(resultsOf(cluster, 0)).toHaveLength(2)
    expect(leaders(cluster)).toEqual([leader])
  })

  test("works in spite of pre-votes and stickiness: the election is the leader's own wish", () => {
    for (const parameters of [{ preVote: true }, { leaderStickiness: true }, { reads: "lease" }]) {
      const cluster = createCluster(raft, { nodes: 3, parameters })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("100ms")
      const leader = leaders(cluster)[0]!
      transfer(cluster, leader, (leader + 1) % 3)
      cluster.runFor("20ms")
      expect(leaders(cluster), `with ${JSON.stringify(parameters)}`).toEqual([(leader + 1) % 3])
    }
  })

  test("to itself or to a stranger is refused", () => {
    const cluster = ledCluster({ nodes: 4, parameters: { initialMembers: 3, ...PATIENT } })
    transfer(cluster, 0, 0)
    transfer(cluster, 0, 3)
    transfer(cluster, 1, 2)
    cluster.runFor("10ms")
    expect(outcomes(cluster)).toEqual([false, false])
    expect(redirectsOf(cluster, OPERATOR)).toEqual([0])
  })

  test("a TimeoutNow of an earlier term starts no election", () => {
    const cluster = ledCluster({ nodes: 3 })
    elect(cluster, 1)
    cluster.inject(0, 2, { type: "TimeoutNow", term: 1 })
    expect(cluster.state(2).role).toBe("follower")
  })
})
