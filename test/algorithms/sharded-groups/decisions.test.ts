// Decisions of the coordinator of transactions: in a log or on a disk, answered to clients, told to groups until all have them.
import { describe, expect, test } from "vitest"
import type { Coordinated } from "../../../algorithms/sharded-groups/types.ts"
import type { OperationOutcome, Refusal } from "../../../services/machines/transaction-types.ts"
import { begun, coordinated, decision, LATER, vote } from "./coordination.ts"
import { actions, executed, groupsOf, keysIn, moveShard, replies, steps, transact } from "./support.ts"

describe("phase 2", () => {
  const [one = "", two = "", three = ""] = keysIn([1, 2, 3], 3)

  test("is an entry in the log of the group that decides, which executes its own part", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    const { id } = coordinated(cluster)
    cluster.state(1).done.push({ group: 1, node: 1, number: 3 })
    vote(cluster, 2)
    vote(cluster, 3)
    const parts = [{ shard: 0, isHome: true, operations: [{ op: "put", key: one, value: "v" }] }]
    const done = [{ group: 1, node: 1, number: 3 }]
    const rest = { session: 7, sequence: 1, isCommitted: true, groups: [2, 3] }
    expect(actions(cluster, "decide")).toEqual([{ kind: "decide", id, parts, done, ...rest }])
    expect(steps(cluster)).toEqual([2, 3].map(group => decision(id, group, true, 1)))
    const value = JSON.stringify([1, 2, 3].map(() => [true, null]))
    expect(replies(cluster)).toEqual([{ client: 7, type: "Result", sequence: 1, result: { done: true, value } }])
    const { coordinated: open, announcing, done: forgotten } = cluster.state(1)
    expect([open.size, forgotten]).toEqual([0, []])
    expect([...announcing.values()]).toEqual([{ id, isCommitted: true, unacknowledged: [2, 3] }])
  })

  test("is a write to the disk of a process that decides alone", () => {
    const cluster = begun([1, 2], "2pc")
    const { id } = coordinated(cluster)
    cluster.facts.splice(0)
    vote(cluster, 2)
    expect(cluster.disk(1).decisions).toEqual([{ id, isCommitted: true, groups: [1, 2] }])
    expect(steps(cluster)).toEqual([decision(id, 2, true, 1)])
    const value = JSON.stringify([
      [true, null],
      [true, null],
    ])
    expect(replies(cluster)).toEqual([{ client: 7, type: "Result", sequence: 1, result: { done: true, value } }])
    expect(cluster.state(1).coordinated.size).toBe(0)
    // Its group takes part as all others do, and is told first.
    expect(executed(cluster)).toMatchObject([{ group: 1, action: { kind: "settle", id, isCommitted: true } }])
    expect([...cluster.state(1).announcing.values()]).toEqual([{ id, isCommitted: true, unacknowledged: [2] }])
  })

  test("answers in the order of the operations", () => {
    const cluster = begun([1, 3, 2], "2pc")
    const outcome = (key: string, value: string, done = true): OperationOutcome => ({ key, done, value })
    vote(cluster, 1, null, { outcomes: [outcome(one, "a")] })
    vote(cluster, 3, null, { outcomes: [outcome(three, "c")] })
    vote(cluster, 2, null, { outcomes: [outcome(two, "b", false)] })
    const value = JSON.stringify([
      [true, "a"],
      [true, "c"],
      [false, "b"],
    ])
    expect(replies(cluster)).toMatchObject([{ result: { value } }])
  })

  test("forgets on the disk what everybody has acknowledged, and nothing else", () => {
    const cluster = begun([1, 2, 3], "2pc")
    const acknowledge = (id: Coordinated["id"], group: number): void =>
      cluster.inject(group, 1, { type: "TransactionAck", id, group })
    const standing = () => [cluster.state(1).done, cluster.state(1).announcing.size]
    const first = coordinated(cluster).id
    for (const group of [2, 3]) vote(cluster, group)
    acknowledge(first, 2)
    acknowledge(first, 2)
    expect(standing()).toEqual([[], 1])
    acknowledge({ group: null, node: 1, number: 1 }, 3)
    expect(standing()).toEqual([[], 1])
    acknowledge(first, 3)
    expect(standing()).toEqual([[first], 0])
    const decide = (sequence: number): Coordinated["id"] => {
      const operations = keysIn([1, 2], 3).map(key => ({ op: "put", key, value: "v" }) as const)
      cluster.request(7, 1, { type: "Transact", session: 7, sequence, operations, groups: [1, 2] })
      cluster.runFor("2ms")
      const { id } = coordinated(cluster)
      vote(cluster, 2)
      return id
    }
    const second = decide(2)
    expect(cluster.disk(1).decisions.map(({ id }) => id)).toEqual([second])
    expect(cluster.state(1).done).toEqual([])
    const third = decide(3)
    expect(cluster.disk(1).decisions.map(({ id }) => id)).toEqual([second, third])
  })

  test("is told again after a crash by a process that decided alone", () => {
    const cluster = begun([1, 2], "2pc")
    const { id } = coordinated(cluster)
    vote(cluster, 2)
    steps(cluster)
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor(0)
    expect(steps(cluster)).toEqual([decision(id, 2, true, 1)])
    expect([...cluster.state(1).announcing.values()]).toEqual([{ id, isCommitted: true, unacknowledged: [1, 2] }])
    expect(cluster.armed(1)).toContain("transactions")
  })

  test("is told once more by the next leader, and only to those who have not acknowledged", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    const { id } = coordinated(cluster)
    for (const group of [2, 3]) vote(cluster, group)
    cluster.inject(2, 1, { type: "TransactionAck", id, group: 2 })
    steps(cluster)
    cluster.inject(1, 1, { type: "Leads", group: 1 })
    expect(steps(cluster)).toEqual([decision(id, 3, true, 1)])
    cluster.state(1).announcing.clear()
    cluster.inject(1, 1, { type: "Leads", group: 1 })
    expect(steps(cluster)).toEqual([2, 3].map(group => decision(id, group, true, 1)))
  })

  test("ends in an abort if the group's own part cannot be executed", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    const { id } = coordinated(cluster)
    cluster.intercept((_, __, { type }) => (type === "Prepare" || type === "Decision" ? "drop" : "deliver"))
    moveShard(cluster, 0, 3)
    cluster.runFor("10ms")
    replies(cluster)
    steps(cluster)
    for (const group of [2, 3]) vote(cluster, group)
    expect(steps(cluster)).toEqual([2, 3].map(group => decision(id, group, false, 1)))
    const there = { shard: 0, shards: 3, group: 3, number: 1, members: [3] }
    expect(replies(cluster)).toEqual([{ client: 7, type: "Elsewhere", sequence: 1, ...there }])
  })

  test("ends in an abort if the log has decided that, as somebody asked", () => {
    const cluster = begun([1, 2], "2pc-replicated")
    const { id } = coordinated(cluster)
    const decided = { type: "decided", id, isCommitted: false, groups: [2], outcomes: [] } as const
    cluster.inject(1, 1, { type: "Answered", group: 1, answer: decided })
    expect(replies(cluster)).toEqual([LATER])
    expect(cluster.state(1).coordinated.size).toBe(0)
    expect(steps(cluster)).toEqual([decision(id, 2, false, 1)])
  })
})

describe("an earlier attempt that was committed, whose answer was lost", () => {
  const [one = "", two = "", three = ""] = keysIn([1, 2, 3], 3)
  const before = (key: string): Refusal => ({ type: "executed", outcomes: [{ key, done: true, value: `of ${key}` }] })

  test("is answered with what the groups remember, that of the group that decided asked for last", () => {
    const cluster = groupsOf(3, 3, { transactions: "2pc-replicated" })
    const sequences: object[][] = []
    for (let attempt = 0; attempt < 2; attempt++) {
      transact(cluster, [1, 2, 3], 3)
      cluster.runFor("10ms")
      sequences.push([...replies(cluster)])
    }
    const value = JSON.stringify([1, 2, 3].map(() => [true, null]))
    expect(sequences[0]).toEqual([{ client: 7, type: "Result", sequence: 1, result: { done: true, value } }])
    expect(sequences[1]).toEqual(sequences[0])
    expect(executed(cluster).map(({ group, action: { kind } }) => [group, kind])).toEqual([
      [2, "prepare"],
      [3, "prepare"],
      [1, "decide"],
      [2, "settle"],
      [3, "settle"],
      [2, "prepare"],
      [3, "prepare"],
      [1, "prepare"],
    ])
    expect(cluster.state(1).coordinated.size).toBe(0)
  })

  test("and of which the group that decided knows nothing is given up", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    const { id } = coordinated(cluster)
    vote(cluster, 2, before(two))
    vote(cluster, 3, before(three))
    expect(executed(cluster)).toMatchObject([
      { group: 1, action: { kind: "prepare", id, session: 7, sequence: 1 } },
      { group: 1, action: { kind: "settle", id, isCommitted: false } },
    ])
    expect(replies(cluster)).toEqual([LATER])
  })

  test("is answered at once where a process decides alone", () => {
    const cluster = begun([1, 2], "2pc")
    vote(cluster, 1, before(one))
    vote(cluster, 2, before(two))
    const value = JSON.stringify([one, two].map(key => [true, `of ${key}`]))
    expect(replies(cluster)).toMatchObject([{ type: "Result", result: { value } }])
    expect(cluster.disk(1).decisions).toEqual([])
    expect(steps(cluster)).toEqual([])
  })

  test("and of which a group knows nothing yet is given up there, to be asked again", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    const { id } = coordinated(cluster)
    vote(cluster, 2, before(two))
    vote(cluster, 3)
    expect(steps(cluster)).toEqual([decision(id, 3, false, null)])
    expect(replies(cluster)).toEqual([LATER])
    expect(executed(cluster)).toEqual([])
  })

  test("by one group alone is answered with what its log remembers", () => {
    const cluster = groupsOf(3, 3)
    transact(cluster, [1], 3)
    const [first] = replies(cluster)
    transact(cluster, [1], 3)
    const [second] = replies(cluster)
    expect(first).toMatchObject({ type: "Result", result: { value: "[[true,null]]" } })
    expect(second).toEqual(first)
    expect(actions(cluster, "decide").length).toBe(2)
  })

  test("by the group that decides, while others are prepared for a new one, is given up", () => {
    const cluster = begun([1, 2], "2pc-replicated")
    const { id } = coordinated(cluster)
    const refusal = before(one)
    const decided = { type: "decided", id, isCommitted: false, groups: [2], outcomes: [], refusal } as const
    cluster.inject(1, 1, { type: "Answered", group: 1, answer: decided })
    expect(replies(cluster)).toEqual([LATER])
  })
})
