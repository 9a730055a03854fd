// The check of strict serializability: histories that are right, and what is wrong with others.
import { expect, test } from "vitest"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import {
  strictlySerializable,
  type TransactionEvent,
} from "../../../services/sharded-store/checks/strictly-serializable.ts"

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
