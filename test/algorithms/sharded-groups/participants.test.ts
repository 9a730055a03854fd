// Groups that take part in transactions: what they answer, and whom they ask when they do not hear.
import { describe, expect, test } from "vitest"
import type { Decision, Outcome, Prepare } from "../../../algorithms/sharded-groups/types.ts"
import type { TransactionId } from "../../../services/machines/transaction-types.ts"
import {
  actions,
  answer,
  executed,
  type Groups,
  groupsOf,
  groupsOfThree,
  hand,
  keysIn,
  leaderAndFollower,
  lose,
  steps,
  transact,
} from "./support.ts"

/** Decided by group 1 in its log, and by node 1 alone. */
const id: TransactionId = { group: 1, node: 1, number: 77 }
const alone: TransactionId = { group: null, node: 1, number: 78 }
const [, key = ""] = keysIn([1, 2, 3], 3)

/** Group 2 is asked to write a key of its own. */
function prepare(cluster: Groups, named: TransactionId = id, changes: Partial<Prepare> = {}): void {
  const parts = [{ shard: 1, isHome: true, operations: [{ op: "put", key, value: "v" }] }] as const
  hand(cluster, 1, 2, { type: "Prepare", to: 2, hops: 0, id: named, session: 7, sequence: 1, parts, ...changes })
}

function settle(cluster: Groups, changes: Partial<Decision> = {}): void {
  hand(cluster, 1, 2, { type: "Decision", to: 2, hops: 0, id, isCommitted: true, teller: 1, ...changes })
}

function voteOf(given: object) {
  return { from: 2, to: 1, purpose: "protocol", message: { type: "Vote", id, group: 2, ...given } }
}

/** Node 2 asks node 1 what has become of a transaction. */
function question(named: TransactionId, to = 1): object {
  const message = { type: "Outcome", to, hops: 0, id: named, group: 2 }
  return { from: 2, to: 1, purpose: "retransmission", message }
}

describe("a group that is asked to prepare", () => {
  test("does so in its log, and votes with what it would answer", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    const parts = [{ shard: 1, isHome: true, operations: [{ op: "put", key, value: "v" }] }]
    expect(actions(cluster, "prepare")).toEqual([{ kind: "prepare", id, session: 7, sequence: 1, parts }])
    expect(steps(cluster)).toEqual([voteOf({ outcomes: [{ key, done: true, value: null }], refusal: null })])
    expect([...cluster.state(2).doubts]).toEqual([["2/1.1.77", { id, group: 2, teller: null, age: 0 }]])
    expect(cluster.armed(2)).toContain("transactions")
  })

  test("says why it cannot", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    steps(cluster)
    prepare(cluster, { ...id, number: 79 })
    const refused = { ...id, number: 79 }
    expect(steps(cluster)).toEqual([voteOf({ id: refused, outcomes: [], refusal: { type: "locked" } })])
    expect(cluster.state(2).doubts.size).toBe(1)
  })

  test("answers what an earlier attempt had as its outcomes", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    settle(cluster)
    steps(cluster)
    const again = { ...id, number: 80 }
    prepare(cluster, again)
    const outcomes = [{ key, done: true, value: null }]
    expect(steps(cluster)).toEqual([voteOf({ id: again, outcomes, refusal: { type: "executed", outcomes } })])
  })

  test("keeps the age of its doubt when it is asked again", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    cluster.fire(2, "transactions")
    expect(cluster.state(2).doubts.get("2/1.1.77")).toMatchObject({ age: 1 })
    prepare(cluster)
    expect(cluster.state(2).doubts.get("2/1.1.77")).toMatchObject({ age: 1 })
  })
})

describe("a decision", () => {
  test.each([true, false])(
    "is executed in the log, and acknowledged to whoever waits for that: commit %j",
    isCommitted => {
      const cluster = groupsOf(3, 3)
      prepare(cluster)
      steps(cluster)
      settle(cluster, { isCommitted })
      expect(actions(cluster, "settle")).toEqual([{ kind: "settle", id, isCommitted }])
      const message = { type: "TransactionAck", id, group: 2 }
      expect(steps(cluster)).toEqual([{ from: 2, to: 1, purpose: "protocol", message }])
      expect(cluster.state(2).doubts.size).toBe(0)
    },
  )

  test("is acknowledged to nobody if nobody waits", () => {
    const cluster = groupsOf(3, 3)
    settle(cluster, { teller: null })
    expect(actions(cluster, "settle").length).toBe(1)
    expect(steps(cluster)).toEqual([])
  })

  test("is asked for no more once it is on its way through the log", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 2)
    cluster.intercept((_, __, { type }) => (type === "log/AppendEntries" ? { delay: 500_000 } : "deliver"))
    hand(cluster, 1, leader, { type: "Decision", to: 2, hops: 0, id, isCommitted: true, teller: 5 })
    expect([...cluster.state(leader).doubts.values()]).toEqual([{ id, group: 2, teller: 5, age: 0 }])
    cluster.state(leader).isWatching = false
    cluster.inject(leader, leader, {
      type: "Answered",
      group: 2,
      answer: { type: "status", map: null, frozen: [], prepared: [{ ...id, number: 1 }], decisions: [] },
    })
    for (let time = 0; time < 4; time++) cluster.fire(leader, "transactions")
    const asked = steps(cluster).map(({ message }) => Reflect.get(Reflect.get(message, "id") as object, "number"))
    expect(asked).toEqual([1, 1])
  })

  test("that was executed already is acknowledged to nobody by a node that was not told", () => {
    const cluster = groupsOf(3, 3)
    answer(cluster, 2, 2, { type: "settled", id })
    expect(steps(cluster)).toEqual([])
  })
})

describe("a group that does not hear", () => {
  test("asks the group that decides, after three ticks and at each one from then on", () => {
    const cluster = groupsOf(3, 3)
    lose(cluster, "Outcome")
    prepare(cluster)
    steps(cluster)
    const asked = Array.from({ length: 5 }, () => {
      cluster.fire(2, "transactions")
      return steps(cluster)
    })
    expect(asked).toEqual([[], [], [question(id)], [question(id)], [question(id)]])
    expect(cluster.state(2).doubts.get("2/1.1.77")).toMatchObject({ age: 5 })
    expect(cluster.armed(2)).toContain("transactions")
  })

  test("asks the process that decides alone", () => {
    const cluster = groupsOf(3, 3)
    lose(cluster, "Outcome")
    prepare(cluster, alone)
    steps(cluster)
    for (let time = 0; time < 3; time++) cluster.fire(2, "transactions")
    expect(steps(cluster)).toEqual([question(alone, 2)])
  })

  test("asks any member of the group that decides", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 2)
    lose(cluster, "Outcome")
    answer(cluster, leader, 2, { type: "status", map: null, frozen: [], prepared: [id], decisions: [] })
    const asked: number[] = []
    for (let time = 0; time < 40; time++) {
      cluster.fire(leader, "transactions")
      asked.push(...steps(cluster).map(({ to }) => to))
    }
    expect(asked.length).toBe(38)
    expect(new Set(asked)).toEqual(new Set([3, 4, 5]))
  })

  test("asks in the order of the names of its transactions", () => {
    const cluster = groupsOf(3, 3)
    lose(cluster, "Outcome")
    const numbers = [5, 3, 4]
    const prepared = numbers.map(number => ({ ...id, number }))
    answer(cluster, 2, 2, { type: "status", map: null, frozen: [], prepared, decisions: [] })
    for (let time = 0; time < 3; time++) cluster.fire(2, "transactions")
    expect(steps(cluster)).toEqual([3, 4, 5].map(number => question({ ...id, number })))
  })

  test("forgets its doubts when it leads no more, and has nothing to watch then", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    steps(cluster)
    cluster.state(2).leads[2] = false
    for (let time = 0; time < 1; time++) cluster.fire(2, "transactions")
    expect(cluster.state(2).doubts.size).toBe(0)
    expect(steps(cluster)).toEqual([])
    expect(cluster.armed(2)).not.toContain("transactions")
  })

  test("asks as a new leader about what its log is prepared for", () => {
    const cluster = groupsOf(3, 3)
    prepare(cluster)
    cluster.state(2).doubts.clear()
    cluster.inject(2, 2, { type: "Leads", group: 2 })
    expect([...cluster.state(2).doubts]).toEqual([["2/1.1.77", { id, group: 2, teller: null, age: 0 }]])
  })
})

describe("whoever is asked what has become of a transaction", () => {
  function ask(cluster: Groups, named: TransactionId, changes: Partial<Outcome> = {}): void {
    hand(cluster, 2, 1, { type: "Outcome", to: 1, hops: 0, id: named, group: 2, ...changes })
  }

  function told(named: TransactionId, isCommitted: boolean, teller: number | null) {
    const message = { type: "Decision", to: 2, hops: 0, id: named, isCommitted, teller }
    return [{ from: 1, to: 2, purpose: "protocol", message }]
  }

  test("and decides alone says that it has committed what is on its disk, and nothing else", () => {
    const cluster = groupsOf(3, 3, { transactions: "2pc" })
    lose(cluster, "Decision")
    transact(cluster, [1, 2], 3)
    cluster.runFor("5ms")
    const [decided] = cluster.disk(1).decisions
    steps(cluster)
    ask(cluster, decided!.id)
    expect(steps(cluster)).toEqual(told(decided!.id, true, 1))
    ask(cluster, alone)
    expect(steps(cluster)).toEqual(told(alone, false, null))
  })

  test.each(["2pc", "2pc-replicated"])("does not answer as long as it waits for votes: %s", transactions => {
    const cluster = groupsOf(3, 3, { transactions })
    lose(cluster, "Prepare")
    transact(cluster, [1, 2], 3)
    const [open] = cluster.state(1).coordinated.values()
    steps(cluster)
    cluster.facts.splice(0)
    ask(cluster, open!.id)
    open!.phase = "deciding"
    ask(cluster, open!.id)
    expect([steps(cluster), executed(cluster)]).toEqual([[], []])
  })

  test.each(["2pc", "2pc-replicated"])("says that it has given up a transaction: %s", transactions => {
    const cluster = groupsOf(3, 3, { transactions })
    lose(cluster, "Prepare")
    transact(cluster, [1, 2], 3)
    const [open] = cluster.state(1).coordinated.values()
    open!.phase = "aborted"
    steps(cluster)
    ask(cluster, open!.id)
    expect(steps(cluster)).toEqual(told(open!.id, false, null))
    expect(actions(cluster, "decide")).toEqual([])
  })

  test("and leads the group that decides has its log abort one that it does not know", () => {
    const cluster = groupsOf(3, 3)
    ask(cluster, id)
    const nothing = { session: 0, sequence: 0, parts: [], done: [] }
    expect(actions(cluster, "decide")).toEqual([{ kind: "decide", id, isCommitted: false, groups: [2], ...nothing }])
    expect(steps(cluster)).toEqual(told(id, false, 1))
  })

  test("and leads no group answers about those that it decides alone", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    const own = { group: null, node: follower, number: 5 }
    hand(cluster, 6, follower, { type: "Outcome", to: 2, hops: 0, id: own, group: 2 })
    const message = { type: "Decision", to: 2, hops: 0, id: own, isCommitted: false, teller: null }
    expect(steps(cluster)).toMatchObject([{ from: follower, message }])
  })
})
