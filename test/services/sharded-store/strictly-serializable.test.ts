// The check of strict serializability: histories that are right, and what is wrong with others.
import fc from "fast-check"
import { expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import {
  strictlySerializable,
  type Told,
  type TransactionEvent,
} from "../../../services/sharded-store/checks/strictly-serializable.ts"
import { casesToMeet, randomCases } from "../../support/mutation-run.ts"

const put = (key: string, value: string): KeyValueOperation => ({ op: "put", key, value })
const get = (key: string): KeyValueOperation => ({ op: "get", key })
const append = (key: string, value: string): KeyValueOperation => ({ op: "append", key, value })
const cas = (key: string, value: string): KeyValueOperation => ({ op: "cas", key, expected: null, value })

/** Client, time of its call, operations, and for each what it found; absent: there was no answer. */
type Line = readonly [
  client: number,
  at: number,
  operations: readonly KeyValueOperation[],
  found?: readonly (string | null)[],
  until?: number,
]

function judge(...lines: readonly Line[]): string {
  const events = lines.flatMap(([client, at, operations, found, until = at + 5], sequence): TransactionEvent[] => [
    { type: "begun", client, sequence, operations, at },
    {
      type: "ended",
      client,
      ending: found === undefined ? "unknown" : "ok",
      outcomes: found?.map(value => ({ done: true, value })) ?? null,
      at: until,
    },
  ])
  const state = strictlySerializable.initial(null)
  for (const event of events.toSorted((a, b) => a.at - b.at)) strictlySerializable.observe(state, event, null)
  strictlySerializable.observe(state, { type: "finished", at: 1_000 }, null)
  const verdict = strictlySerializable.verdict(state, null)
  return verdict.verdict === "violated" ? verdict.witness : verdict.verdict
}

test("one after the other, and at the same time in some order", () => {
  expect(judge([0, 0, [put("x", "1"), put("y", "2")], [null, null]], [1, 10, [get("x"), get("y")], ["1", "2"]])).toBe(
    "holds",
  )
  expect(
    judge([0, 0, [put("x", "1"), get("y")], [null, "2"], 50], [1, 0, [put("y", "2"), get("x")], [null, null], 50]),
  ).toBe("holds")
})

test("half of a transaction", () => {
  expect(
    judge([0, 0, [put("x", "1"), put("y", "2")], [null, null], 50], [1, 10, [get("x"), get("y")], ["1", null], 50]),
  ).toContain("no order of these has them all")
})

test("each reads what the other has not written yet (write skew)", () => {
  expect(
    judge([0, 0, [get("x"), put("y", "1")], [null, null], 50], [1, 0, [get("y"), put("x", "2")], [null, null], 50]),
  ).toContain("no order of these has them all")
})

test("serializable, but not in the order of time", () => {
  expect(judge([0, 0, [put("x", "1")], [null]], [1, 10, [get("x")], [null]])).toContain(
    "no order of these has them all",
  )
})

test("an update that is lost", () => {
  expect(judge([0, 0, [append("x", "a")], [null], 50], [1, 0, [append("x", "b")], [null], 50])).toContain(
    "both replaced nothing at x",
  )
})

test("a value that nobody wrote", () => {
  expect(judge([0, 0, [get("x")], ["7"]])).toContain("found 7 at x, which nobody wrote")
})

test("without an answer, it took effect as a whole if somebody saw any of it", () => {
  const unanswered: Line = [0, 0, [put("x", "1"), put("y", "2")]]
  expect(judge(unanswered, [1, 10, [get("x")], [null]], [1, 20, [get("x")], ["1"]])).toBe("holds")
  expect(judge(unanswered, [1, 10, [get("x")], ["1"]], [2, 30, [get("y")], [null]])).toContain("no order of these")
  expect(judge(unanswered, [1, 10, [get("x")], [null]], [2, 30, [get("y")], [null]])).toBe("holds")
})

test("one without an answer may be known by another one without", () => {
  const lines: Line[] = [
    [0, 0, [cas("x", "1"), cas("y", "2")]],
    [1, 1, [append("x", "3")]],
    [2, 2, [append("y", "4")]],
  ]
  expect(judge(...lines, [3, 10, [get("x")], ["13"]], [4, 20, [append("y", "5")], ["24"]])).toBe("holds")
})

/** A drawn transaction: its time, its operations, and what it was told; `undefined`: it had no answer. */
interface Drawn {
  readonly begun: number
  readonly ended: number
  readonly operations: readonly KeyValueOperation[]
  readonly told: readonly Told[] | undefined
}

type Values = Readonly<Record<string, string | null>>

/** An operation on the values: what its key held before, whether it took effect, and the values after it. */
function perform(values: Values, operation: KeyValueOperation): { readonly told: Told; readonly values: Values } {
  const value = values[operation.key] ?? null
  const done = operation.op !== "cas" || value === operation.expected
  if (operation.op === "get" || !done) return { told: { done, value }, values }
  const after = operation.op === "append" ? (value ?? "") + operation.value : operation.value
  return { told: { done, value }, values: { ...values, [operation.key]: after } }
}

/** The values after a transaction; undefined if it was told something else than it would be here. */
function performAll(values: Values, { operations, told }: Drawn): Values | undefined {
  let now = values
  for (const [place, operation] of operations.entries()) {
    const next = perform(now, operation)
    const expected = told?.[place]
    if (expected !== undefined && (expected.value !== next.told.value || expected.done !== next.told.done))
      return undefined
    now = next.values
  }
  return now
}

/** True if some order of all that have an answer, and some of the others, has every answer and keeps to time. */
function isExplainedByAnyOrder(left: readonly Drawn[], values: Values = {}): boolean {
  if (left.every(({ told }) => told === undefined)) return true
  return left.some(next => {
    if (left.some(({ told, ended }) => told !== undefined && ended < next.begun)) return false
    const after = performAll(values, next)
    return (
      after !== undefined &&
      isExplainedByAnyOrder(
        left.filter(other => other !== next),
        after,
      )
    )
  })
}

/** A few transactions on two keys that took effect one after the other, but for an answer that may have been changed. */
function drawTransactions(random: Random, unanswered: number): Drawn[] {
  const count = random.integer(2, 4)
  let values: Values = {}
  const drawn = Array.from({ length: count }, (_, number): Drawn => {
    const keys = random.chance(0.6) ? ["x", "y"] : [random.chance(0.5) ? "x" : "y"]
    const operations = keys.map((key): KeyValueOperation => {
      const value = `${number}${key};`
      const kind = random.integer(0, 4)
      if (kind <= 1) return get(key)
      if (kind === 2) return put(key, value)
      if (kind === 3) return append(key, value)
      return { op: "cas", key, expected: random.chance(0.5) ? null : (values[key] ?? null), value }
    })
    const told: Told[] = []
    for (const operation of operations) {
      const next = perform(values, operation)
      told.push(next.told)
      values = next.values
    }
    const moment = 4 * number
    const isUnanswered = random.chance(unanswered)
    const [begun, ended] = [moment - random.integer(0, 8), moment + random.integer(0, 8)]
    return { begun, ended, operations, told: isUnanswered ? undefined : told }
  })
  const target = random.integer(0, 2 * count)
  return drawn.map((one, place) => {
    if (place !== target || one.told === undefined) return one
    const key = one.operations[0]!.key
    const others = drawn.flatMap(({ told = [], operations }) =>
      told.flatMap(({ value }, of) => (operations[of]!.key === key ? [value] : [])),
    )
    const value = others.length === 0 ? null : others[random.integer(0, others.length - 1)]!
    const [first] = one.operations
    const done = first!.op !== "cas" || value === first!.expected
    return { ...one, told: [{ done, value }, ...one.told.slice(1)] }
  })
}

test.each([0, 0.3])("small histories, against all orders; share without an answer: %s", unanswered => {
  const verdicts = { holds: 0, violated: 0, undecided: 0 }
  fc.assert(
    fc.property(fc.integer(), seed => {
      const drawn = drawTransactions(new Random(seed), unanswered)
      const state = strictlySerializable.initial(null)
      const events = drawn.flatMap(({ begun, ended, operations, told = null }, client): TransactionEvent[] => [
        { type: "begun", client, sequence: 1, operations, at: begun },
        { type: "ended", client, ending: told === null ? "unknown" : "ok", outcomes: told, at: ended },
      ])
      for (const event of events.toSorted((a, b) => a.at - b.at)) strictlySerializable.observe(state, event, null)
      strictlySerializable.observe(state, { type: "finished", at: 100 }, null)
      const { verdict } = strictlySerializable.verdict(state, null)
      verdicts[verdict]++
      const isRight = isExplainedByAnyOrder(drawn)
      // Where nobody knows in which order lost writes replaced each other, a cycle may be missed, and none is made up.
      expect([isRight ? "holds" : "violated", ...(unanswered > 0 ? ["holds"] : [])]).toContain(verdict)
    }),
    { numRuns: randomCases(1500) },
  )
  expect(verdicts.holds).toBeGreaterThan(casesToMeet(60))
  expect(verdicts.violated).toBeGreaterThan(casesToMeet(60))
})
