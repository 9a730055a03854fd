import { describe, expect, test } from "vitest"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { parseHistory } from "../../../services/linearizability/history-file.ts"
import { keyValueModel } from "../../../services/linearizability/key-value.ts"

const lines = (...objects: readonly object[]): string => objects.map(object => JSON.stringify(object)).join("\n")

function historyOf(text: string) {
  const parsed = parseHistory(text)
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.history
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseHistory(text)
  return "problems" in parsed ? parsed.problems.map(({ line, message }) => `${line}: ${message}`) : []
}

describe("an operation a line", () => {
  test("is read with its answer, its times and its outcome", () => {
    const text = lines(
      { client: 0, op: "put", key: "x", value: "1", call: 10, return: 20 },
      { client: 1, op: "get", key: "x", result: "1", call: 15, return: 30 },
      { client: 2, op: "cas", key: "x", expected: "1", value: 2, call: 16, return: 40, done: true },
      { client: 3, op: "put", key: "x", value: "9", call: 17, return: 41, outcome: "failed" },
      { client: 0, op: "append", key: "x", value: "3", call: 21 },
    )
    expect(historyOf(`${text}\n\n`)).toEqual([
      { client: 0, input: { op: "put", key: "x", value: "1" }, output: { value: undefined }, call: 10, return: 20 },
      { client: 1, input: { op: "get", key: "x" }, output: { value: "1" }, call: 15, return: 30 },
      {
        client: 2,
        input: { op: "cas", key: "x", expected: "1", value: "2" },
        output: { done: true, value: undefined },
        call: 16,
        return: 40,
      },
      { client: 0, input: { op: "append", key: "x", value: "3" }, output: undefined, call: 21, return: Infinity },
    ])
  })

  test("tells linearizable histories from others", () => {
    const write = { client: 0, op: "put", key: "x", value: "1", call: 0, return: 1 }
    const verdictOf = (read: object) => checkHistory(keyValueModel, historyOf(lines(write, read))).verdict
    expect(verdictOf({ client: 1, op: "get", key: "x", result: "1", call: 2, return: 3 })).toBe("holds")
    expect(verdictOf({ client: 1, op: "get", key: "x", result: null, call: 2, return: 3 })).toBe("violated")
  })
})

describe("an event a line, as Jepsen writes them", () => {
  test("is read in the order of the lines", () => {
    const text = lines(
      { process: 0, type: "invoke", f: "write", value: 1 },
      { process: 1, type: "invoke", f: "read", value: null },
      { process: 0, type: "ok", f: "write", value: 1 },
      { process: 1, type: "ok", f: "read", value: 1 },
      { process: 1, type: "invoke", f: "cas", value: [1, 2] },
      { process: 0, type: "invoke", f: "cas", value: [1, 3] },
      { process: 0, type: "fail", f: "cas", value: [1, 3] },
      { process: 2, type: "invoke", f: "write", value: 4 },
      { process: 2, type: "info", f: "write", value: 4 },
    )
    const key = "register"
    expect(historyOf(text)).toEqual([
      {
        client: 0,
        input: { op: "put", key, value: "1" },
        output: { done: true, value: undefined },
        call: 1,
        return: 3,
      },
      { client: 1, input: { op: "get", key }, output: { done: true, value: "1" }, call: 2, return: 4 },
      { client: 2, input: { op: "put", key, value: "4" }, output: undefined, call: 8, return: Infinity },
      { client: 1, input: { op: "cas", key, expected: "1", value: "2" }, output: undefined, call: 5, return: Infinity },
    ])
  })
})

describe("keys in the values, as in Jepsen's independent histories and in Maelstrom's", () => {
  const text = lines(
    { index: 0, time: 5, process: 0, type: "invoke", f: "write", value: ["x", 1] },
    { index: 1, time: 6, process: "nemesis", type: "info", f: "start-partition", value: null },
    { index: 2, time: 7, process: 0, type: "ok", f: "write", value: ["x", 1] },
    { index: 3, time: 8, process: 1, type: "invoke", f: "cas", value: ["x", [1, 2]] },
    { index: 4, time: 9, process: 2, type: "invoke", f: "read", value: ["x", null] },
    { index: 5, time: 9, process: 1, type: "fail", f: "cas", value: ["x", [1, 2]], error: "precondition-failed" },
    { index: 6, time: 9, process: 2, type: "ok", f: "read", value: ["x", 1] },
  )

  test("are read, and what the nemesis did is skipped", () => {
    expect(historyOf(text)).toEqual([
      {
        client: 0,
        input: { op: "put", key: "x", value: "1" },
        output: { done: true, value: undefined },
        call: 1,
        return: 3,
      },
      { client: 2, input: { op: "get", key: "x" }, output: { done: true, value: "1" }, call: 5, return: 7 },
    ])
  })

  test("are judged", () => {
    const stale = text.replace('"ok","f":"read","value":["x",1]', '"ok","f":"read","value":["x",null]')
    expect(checkHistory(keyValueModel, historyOf(text)).verdict).toBe("holds")
    expect(checkHistory(keyValueModel, historyOf(stale)).verdict).toBe("violated")
  })
})

describe("a wrong line is named with what was found and what is allowed", () => {
  const good = { client: 0, op: "get", key: "x", result: "1", call: 1, return: 2 }

  test.each([
    ["{", "1: not JSON"],
    ["[]", "1: not a JSON object"],
    [lines({ ...good, op: "delete" }), '1: "op" is "delete"; expected: put, write, get, read, cas, append'],
    [lines({ ...good, call: "soon" }), '1: "call" is "soon"; expected: a number'],
    [lines({ ...good, client: undefined }), '1: "client" is missing; expected: an integer'],
    [lines({ ...good, return: 0 }), '1: "return" (0) is before "call" (1)'],
    [lines({ ...good, result: undefined }), '1: a get that is ok needs a "result"'],
    [lines({ ...good, outcome: "good" }), '1: "outcome" is "good"; expected: ok, failed, unknown'],
    [lines(good, { process: 0, type: "invoke", f: "read" }), "2: a line of events in a file of operations"],
    [lines({ process: 0, type: "ok", f: "read", value: 1 }), "1: process 0 has no operation in flight"],
    [lines({ process: 0, type: "invoke", f: "cas", value: 1 }), '1: "value" is 1; expected: [expected, new]'],
  ])("%s", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})
