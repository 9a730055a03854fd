// What acceptors, proposers and learners do, one message at a time (Paxos Made Simple §2 and §3).
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { type Ballot, ballotAbove, ownerOf, type Promise, type Slot } from "../../../algorithms/multi-paxos/types.ts"
import { createCluster } from "../../support/cluster.ts"
import { executedBy, ledCluster, nameOf, type PaxosCluster, proposal, write } from "./support.ts"

/** A cluster of three in which nobody stands for leader unless the test says so. */
function quietCluster(options: { syncLatency?: string } = {}): PaxosCluster {
  const parameters = { electionTimeoutMin: "1h", electionTimeoutMax: "1h" }
  return createCluster(multiPaxos, { nodes: 3, parameters, ...options })
}

/** Ballots of three nodes, in ascending order: node 0's and node 1's of round 1, node 0's of rounds 2 and 3. */
const B1: Ballot = 3
const B1b: Ballot = 4
const B2: Ballot = 6
const B3: Ballot = 9

function prepare(cluster: PaxosCluster, ballot: Ballot, firstUnchosen: Slot = 1): void {
  cluster.inject(ownerOf(ballot, 3), 2, { type: "Prepare", ballot, firstUnchosen })
}

function accept(cluster: PaxosCluster, ballot: Ballot, slot: Slot, value: string): void {
  cluster.inject(ownerOf(ballot, 3), 2, { type: "Accept", proposal: proposal(ballot, slot, value), firstUnchosen: 1 })
}

/** Of five nodes: ballots of nodes 3 and 4, in ascending order. */
const OLD: Ballot = 8
const NEW: Ballot = 9
const NEWEST: Ballot = 13

/**
 * Node 0 stands for leader, with only nodes 1 and 2 to promise, after some have accepted proposals of former leaders.
 * It stands twice: its first ballot is below theirs, and it learns by the refusal.
 */
function standWith(accepted: readonly { node: NodeId; ballot: Ballot; slot: Slot; value: string }[]): PaxosCluster {
  const parameters = { electionTimeoutMin: "1h", electionTimeoutMax: "1h" }
  const cluster = createCluster(multiPaxos, { nodes: 5, parameters })
  for (const { node, ballot, slot, value } of accepted) {
    const message = { type: "Accept", proposal: proposal(ballot, slot, value), firstUnchosen: 1 } as const
    cluster.inject(ownerOf(ballot, 5), node, message)
  }
  cluster.partition([[0, 1, 2]])
  for (let attempt = 1; attempt <= 2; attempt++) {
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor("1s")
  }
  return cluster
}

/** The answers of node 2, which plays the acceptor, in the order it gave them. */
function answers(cluster: PaxosCluster): string[] {
  return cluster.sent.filter(({ from }) => from === 2).map(({ message }) => message.type)
}

function promises(cluster: PaxosCluster): Promise[] {
  return cluster.sent.map(({ message }) => message).filter(message => message.type === "Promise")
}

describe("ballots (§2.2: different proposals have different numbers)", () => {
  test("are totally ordered, belong to one node each, and rise above any other", () => {
    const seen = new Set<Ballot>()
    for (let id = 0; id < 5; id++) {
      for (let above = 0; above < 100; above++) {
        const ballot = ballotAbove(above, id, 5)
        expect(ballot).toBeGreaterThan(above)
        expect(ownerOf(ballot, 5)).toBe(id)
        seen.add(ballot)
      }
    }
    expect(seen.has(0)).toBe(false)
  })

  test("are never used again after a crash, not even one that struck right after the Prepare (§2.5)", () => {
    const cluster = quietCluster()
    cluster.request(0, 1, { type: "Elect" })
    cluster.runUntil(() => cluster.count("Prepare") > 0)
    cluster.crash(1)
    cluster.restart(1)
    cluster.request(0, 1, { type: "Elect" })
    cluster.runFor("5ms")
    const ballots = new Set(cluster.sent.map(({ message }) => (message.type === "Prepare" ? message.ballot : 0)))
    ballots.delete(0)
    expect(ballots.size).toBe(2)
  })
})

describe("acceptors (§2.2, phases 1b and 2b)", () => {
  test("promise a ballot, and refuse lower ones from then on", () => {
    const cluster = quietCluster()
    prepare(cluster, B2)
    prepare(cluster, B1)
    expect(answers(cluster)).toEqual(["Promise", "Refused"])
    expect(cluster.sent.at(-1)!.message).toEqual({ type: "Refused", ballot: B2 })
  })

  test("accept a proposal unless they have promised a higher ballot (P1a)", () => {
    const cluster = quietCluster()
    prepare(cluster, B2)
    accept(cluster, B1, 1, "late")
    accept(cluster, B2, 1, "good")
    accept(cluster, B3, 2, "no promise needed")
    expect(answers(cluster)).toEqual(["Promise", "Refused", "Accepted", "Accepted"])
    expect(cluster.disk(2).journal.map(({ value }) => nameOf(value))).toEqual(["good", "no promise needed"])
    expect(cluster.disk(2).promised).toBe(B3)
  })

  test("an acceptance is a promise: a lower ballot comes too late", () => {
    const cluster = quietCluster()
    accept(cluster, B2, 1, "a")
    prepare(cluster, B1b)
    accept(cluster, B1, 2, "b")
    expect(answers(cluster)).toEqual(["Accepted", "Refused", "Refused"])
  })

  test("report the highest-numbered proposal they have accepted for each slot", () => {
    const cluster = quietCluster()
    accept(cluster, B1, 1, "one")
    accept(cluster, B1, 3, "three")
    accept(cluster, B2, 1, "uno")
    prepare(cluster, B3)
    expect(promises(cluster)[0]!.accepted).toEqual([proposal(B2, 1, "uno"), proposal(B1, 3, "three")])
  })

  test("report only what the candidate does not know to be chosen", () => {
    const cluster = quietCluster()
    for (const slot of [1, 2, 3]) accept(cluster, B1, slot, `v${slot}`)
    prepare(cluster, B3, 3)
    expect(promises(cluster)[0]!.accepted).toEqual([proposal(B1, 3, "v3")])
  })

  test("remember promises and proposals through a crash (§2.5)", () => {
    const cluster = quietCluster()
    accept(cluster, B1, 1, "one")
    accept(cluster, B2, 1, "uno")
    accept(cluster, B2, 2, "dos")
    prepare(cluster, B3)
    cluster.crash(2)
    cluster.restart(2)
    cluster.clearCounts()
    accept(cluster, B2, 3, "tres")
    prepare(cluster, B3)
    expect(answers(cluster)).toEqual(["Refused", "Promise"])
    expect(promises(cluster)[0]!.accepted).toEqual([proposal(B2, 1, "uno"), proposal(B2, 2, "dos")])
  })

  test("are heard only once what they say is on the disk: a crash before that leaves nothing said", () => {
    const cluster = quietCluster({ syncLatency: "5ms" })
    prepare(cluster, B2)
    cluster.runFor("4ms")
    expect(answers(cluster)).toEqual([])
    cluster.crash(2)
    cluster.restart(2)
    expect(cluster.disk(2).promised).toBe(0)
    prepare(cluster, B1)
    cluster.runFor("5ms")
    expect(answers(cluster)).toEqual(["Promise"])
  })
})

describe("proposers", () => {
  test("propose the value of the highest-numbered proposal that a majority reports (P2c)", () => {
    const cluster = standWith([
      { node: 1, ballot: OLD, slot: 1, value: "older" },
      { node: 2, ballot: NEW, slot: 1, value: "newer" },
      { node: 1, ballot: NEWEST, slot: 2, value: "newest" },
      { node: 2, ballot: OLD, slot: 2, value: "older" },
    ])
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["newer", "newest"])
  })

  test("keep the value that their own acceptor has accepted, if that is the highest-numbered", () => {
    const cluster = standWith([
      { node: 0, ballot: NEWEST, slot: 1, value: "own" },
      { node: 1, ballot: OLD, slot: 1, value: "older" },
      { node: 2, ballot: NEW, slot: 1, value: "newer" },
    ])
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["own"])
  })

  test("fill the gaps in what is reported with no-ops (§3: instances 136 and 137)", () => {
    const cluster = standWith([
      { node: 1, ballot: OLD, slot: 1, value: "one" },
      { node: 2, ballot: NEW, slot: 4, value: "four" },
    ])
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["one", "no-op", "no-op", "four"])
  })

  test("propose nothing new before a majority has promised", () => {
    const cluster = quietCluster()
    cluster.intercept((_, __, message) => (message.type === "Promise" ? "drop" : "deliver"))
    cluster.request(0, 0, { type: "Elect" })
    cluster.request(1, 0, write("x"))
    cluster.runFor("1s")
    expect(cluster.count("Accept")).toBe(0)
    expect(cluster.replies[0]!.reply).toEqual({ type: "Redirect", sequence: 1, leader: null })
  })

  test("count an acceptor's promise once, however often it arrives", () => {
    const cluster = createCluster(multiPaxos, {
      nodes: 5,
      parameters: { electionTimeoutMin: "1h", electionTimeoutMax: "1h" },
    })
    cluster.partition([[0, 1]])
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor("10ms")
    const promise = promises(cluster)[0]!
    for (let i = 0; i < 5; i++) cluster.inject(1, 0, promise)
    expect(cluster.state(0).proposer.role).toBe("candidate")
  })

  test("ask with the same ballot again who has not answered: a promise stays good", () => {
    const cluster = quietCluster()
    cluster.isolate(0)
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor("1s")
    cluster.heal()
    cluster.runFor("1s")
    const ballots = new Set(cluster.sent.map(({ message }) => (message.type === "Prepare" ? message.ballot : B1)))
    expect([...ballots]).toEqual([B1])
    expect(cluster.count("Prepare", "protocol")).toBe(2)
    expect(cluster.leader()).toBe(0)
  })
})

describe("learners", () => {
  test("take nothing for chosen that less than a majority has accepted", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.partition([[0, 1]])
    cluster.request(0, 0, write("x"))
    cluster.runFor("140ms")
    expect(cluster.sent.some(({ from, message }) => from === 1 && message.type === "Accepted")).toBe(true)
    for (const node of [0, 1, 2, 3, 4]) expect(executedBy(cluster, node)).toEqual([])
  })

  test("count an acceptor once, however often its acceptance arrives", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.partition([[0, 1]])
    cluster.request(0, 0, write("x"))
    cluster.runFor("10ms")
    const { ballot } = cluster.state(0).proposer
    for (let i = 0; i < 5; i++) cluster.inject(1, 0, { type: "Accepted", ballot, slot: 1 })
    expect(executedBy(cluster, 0)).toEqual([])
  })

  test("do not add up acceptances of different ballots", () => {
    const cluster = quietCluster()
    accept(cluster, B1, 1, "x")
    cluster.inject(0, 2, { type: "Accepted", ballot: B2, slot: 1 })
    expect(executedBy(cluster, 2)).toEqual([])
  })

  test("execute in the order of the slots, whatever the order in which they are chosen", () => {
    const { cluster, leader } = ledCluster({ nodes: 3 })
    cluster.intercept((_, __, message) =>
      message.type === "Accept" && message.proposal.slot === 1 ? "drop" : "deliver",
    )
    for (const client of [0, 1, 2]) cluster.request(client, leader, write(`c${client}`, client))
    cluster.runFor("4ms")
    expect(cluster.state(leader).learner.chosen.entries.map(value => value !== undefined)).toEqual([false, true, true])
    expect(executedBy(cluster, leader)).toEqual([])
    cluster.intercept(() => "deliver")
    cluster.runFor("1s")
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["c0", "c1", "c2"])
    expect(cluster.replies.map(({ client }) => client)).toEqual([0, 1, 2])
  })

  test("do not take the leader's word that a slot is chosen for their own, different proposal", () => {
    const cluster = quietCluster()
    accept(cluster, B1, 1, "loser")
    cluster.inject(1, 2, { type: "Heartbeat", ballot: B1b, firstUnchosen: 2 })
    expect(executedBy(cluster, 2)).toEqual([])
    const chosen = { snapshot: null, from: 1, values: [write("winner")] }
    cluster.inject(1, 2, { type: "CatchUp", ballot: B1b, chosen })
    expect(executedBy(cluster, 2)).toEqual(["winner"])
  })
})
