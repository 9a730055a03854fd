// Coordinators of transactions as time passes: whom they ask and tell once more, and when they give up.
import { describe, expect, test } from "vitest"
import type { TransactionId } from "../../../services/machines/transaction-types.ts"
import {
  answer,
  type Groups,
  groupsOf,
  groupsOfThree,
  keysIn,
  leaderAndFollower,
  lose,
  replies,
  steps,
  transact,
} from "./support.ts"

/** Decided by group 1 in its log. */
const id: TransactionId = { group: 1, node: 1, number: 77 }
const [, key = "", other = ""] = keysIn([1, 2, 3], 3)

describe("as time passes, a coordinator", () => {
  /** Group 1 coordinates a transaction on three groups, and what it asks gets lost. */
  function waiting(): Groups {
    const cluster = groupsOf(3, 3)
    cluster.intercept((_, __, { type }) => (type === "Prepare" || type === "Decision" ? "drop" : "deliver"))
    transact(cluster, [1, 2, 3], 3)
    steps(cluster)
    return cluster
  }

  function vote(cluster: Groups, group: number, isPrepared = true): void {
    const [open] = cluster.state(1).coordinated.values()
    const outcomes = [{ key: group === 2 ? key : other, done: true, value: null }]
    const refusal = isPrepared ? null : ({ type: "locked" } as const)
    cluster.inject(group, 1, { type: "Vote", id: open!.id, group, outcomes, refusal })
  }

  test("asks those once more who have not voted", () => {
    const cluster = waiting()
    cluster.fire(1, "transactions")
    const [open] = cluster.state(1).coordinated.values()
    const asked = (to: number) => ({
      from: 1,
      to,
      purpose: "retransmission",
      message: { type: "Prepare", to, hops: 0, id: open!.id, session: 7, sequence: 1, parts: open!.parts.get(to) },
    })
    expect(steps(cluster)).toEqual([asked(2), asked(3)])
    vote(cluster, 2)
    cluster.fire(1, "transactions")
    expect(steps(cluster)).toEqual([asked(3)])
    expect(open).toMatchObject({ age: 2, phase: "preparing" })
  })

  test("asks any member of a group, as its leader may have failed", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    lose(cluster, "Prepare")
    const asked = new Set<number>()
    for (let sequence = 1; sequence < 20; sequence++) {
      const operations = keysIn([1, 2], 2).map(each => ({ op: "put", key: each, value: "v" }) as const)
      cluster.request(7, leader, { type: "Transact", session: 7, sequence, operations, groups: [1, 2] })
      cluster.runFor("2ms")
    }
    steps(cluster)
    cluster.fire(leader, "transactions")
    for (const { to } of steps(cluster)) asked.add(to)
    expect(asked).toEqual(new Set([6, 7, 8]))
  })

  test("gives up after three ticks, tells those who are prepared, and waits as long for the others", () => {
    const cluster = waiting()
    const [open] = cluster.state(1).coordinated.values()
    vote(cluster, 2)
    for (let time = 0; time < 3; time++) cluster.fire(1, "transactions")
    expect(open!.phase).toBe("preparing")
    expect(replies(cluster)).toEqual([])
    steps(cluster)
    cluster.fire(1, "transactions")
    expect(open!.phase).toBe("aborted")
    const message = { type: "Decision", to: 2, hops: 0, id: open!.id, isCommitted: false, teller: null }
    expect(steps(cluster)).toEqual([{ from: 1, to: 2, purpose: "protocol", message }])
    expect(replies(cluster)).toEqual([{ client: 7, type: "Later", sequence: 1 }])
    expect(cluster.state(1).coordinated.size).toBe(1)
    cluster.fire(1, "transactions")
    expect([cluster.state(1).coordinated.size, replies(cluster), steps(cluster)]).toEqual([0, [], []])
    expect(cluster.armed(1)).not.toContain("transactions")
  })

  test("keeps one that was given up until three ticks have passed", () => {
    const cluster = waiting()
    vote(cluster, 2, false)
    const sizes = Array.from({ length: 4 }, () => {
      cluster.fire(1, "transactions")
      return cluster.state(1).coordinated.size
    })
    expect(sizes).toEqual([1, 1, 1, 0])
    expect(steps(cluster)).toEqual([])
  })

  test("forgets one that its log should have decided, as whoever asks will hear", () => {
    const cluster = waiting()
    const [open] = cluster.state(1).coordinated.values()
    open!.phase = "deciding"
    const sizes = Array.from({ length: 4 }, () => {
      cluster.fire(1, "transactions")
      return cluster.state(1).coordinated.size
    })
    expect(sizes).toEqual([1, 1, 1, 0])
    expect([steps(cluster), replies(cluster)]).toEqual([[], []])
  })

  test("goes through its transactions in the order of their names", () => {
    const cluster = groupsOf(3, 3)
    lose(cluster, "Prepare")
    const ask = (groups: readonly number[], sequence: number): void => {
      const operations = keysIn(groups, 3).map(each => ({ op: "put", key: each, value: "v" }) as const)
      cluster.request(7, 1, { type: "Transact", session: 7, sequence, operations, groups })
      cluster.runFor("2ms")
    }
    ask([1, 2], 1)
    ask([1, 3], 2)
    const { coordinated } = cluster.state(1)
    const entries = [...coordinated].toReversed()
    coordinated.clear()
    for (const [name, transaction] of entries) coordinated.set(name, transaction)
    steps(cluster)
    cluster.fire(1, "transactions")
    expect(steps(cluster).map(({ to }) => to)).toEqual([2, 3])
  })

  test("tells those once more who have not acknowledged its decisions, in the order of their names", () => {
    const cluster = waiting()
    const [open] = cluster.state(1).coordinated.values()
    for (const group of [2, 3]) vote(cluster, group)
    cluster.inject(2, 1, { type: "TransactionAck", id: open!.id, group: 2 })
    answer(cluster, 1, 1, { type: "decided", id, isCommitted: false, groups: [3], outcomes: [] })
    steps(cluster)
    cluster.fire(1, "transactions")
    const told = (named: TransactionId, isCommitted: boolean) => ({
      from: 1,
      to: 3,
      purpose: "retransmission",
      message: { type: "Decision", to: 3, hops: 0, id: named, isCommitted, teller: 1 },
    })
    expect(steps(cluster)).toEqual([told(open!.id, true), told(id, false)])
    expect(cluster.armed(1)).toContain("transactions")
  })

  test("tells them through any member of the group", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    lose(cluster, "Decision")
    answer(cluster, leader, 1, { type: "decided", id, isCommitted: true, groups: [2], outcomes: [] })
    expect(steps(cluster)).toMatchObject([{ to: 6, purpose: "protocol" }])
    const told = new Set<number>()
    for (let time = 0; time < 30; time++) {
      cluster.fire(leader, "transactions")
      for (const { to } of steps(cluster)) told.add(to)
    }
    expect(told).toEqual(new Set([6, 7, 8]))
  })

  test("has one timer, and none once everything has ended", () => {
    const cluster = groupsOf(3, 3, { retry: "50ms" })
    transact(cluster, [1, 2, 3], 3)
    expect(cluster.armed(1).filter(timer => timer === "transactions").length).toBe(1)
    expect(cluster.state(1).isWatching).toBe(true)
    cluster.runFor("200ms")
    for (const node of [1, 2, 3]) {
      expect(cluster.armed(node), `node ${node}`).not.toContain("transactions")
      expect(cluster.state(node).isWatching, `node ${node}`).toBe(false)
    }
  })
})
