// Lies of replicas that compute wrongly: every other time they are asked for one, and all the same.
import { expect, test } from "vitest"
import {
  isTruthful,
  WRONG,
  wrongChange,
  wrongCommand,
  wrongReplies,
  wrongResult,
} from "../../../algorithms/common/wrong-results.ts"

const truth = () => 0
const lie = () => 1

test("of two choices, the first is the truth", () => {
  const asked: unknown[] = []
  const tell = (...choice: readonly number[]) => asked.push(choice) - 1
  expect([isTruthful(tell), isTruthful(tell)]).toEqual([true, false])
  expect(asked).toEqual([
    [0, 2],
    [0, 2],
  ])
})

test("a wrong result has another value, and all else is as it was", () => {
  const message = { type: "Result", session: 1, sequence: 2, result: { done: true, value: "a" } } as const
  expect(wrongResult(message, truth)).toBe(message)
  expect(wrongResult(message, lie)).toEqual({ ...message, result: { done: true, value: WRONG } })
  expect(wrongReplies.Result).toBe(wrongResult)
})

test("a wrong change has a wrong result, and a wrong value if it has one", () => {
  const change = { session: 1, sequence: 2, key: "x", result: { done: true, value: "a" } }
  const wrong = { done: true, value: WRONG }
  expect(wrongChange(change)).toEqual({ ...change, result: wrong })
  expect(wrongChange({ ...change, value: "a" })).toEqual({ ...change, value: WRONG, result: wrong })
})

test("a wrong command writes another value, if it writes one", () => {
  const put = { type: "Command", session: 1, sequence: 2, operation: { op: "put", key: "x", value: "a" } } as const
  expect(wrongCommand(put)).toEqual({ ...put, operation: { op: "put", key: "x", value: WRONG } })
  const get = { ...put, operation: { op: "get", key: "x" } } as const
  expect(wrongCommand(get)).toEqual(get)
})
