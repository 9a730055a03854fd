import { describe, expect, test } from "vitest"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { type ReadingOptions, withRecording } from "../../../services/linearizability/history-file.ts"

const lines = (...objects: readonly object[]): string => objects.map(object => JSON.stringify(object)).join("\n")

function historyOf(text: string): unknown {
  return withRecording(text, {}, ({ history }) => history)
}

function verdictOf(text: string, options: ReadingOptions = {}): string {
  const result = withRecording(text, options, ({ model, history }) => checkHistory(model, history).verdict)
  return typeof result === "string"
    ? result
    : result.problems.map(({ line, message }) => `${line}: ${message}`).join("\n")
}

function problemsOf(text: string, options: ReadingOptions = {}): readonly string[] {
  const result = withRecording(text, options, () => undefined)
  return result?.problems.map(({ line, message }) => `${line}: ${message}`) ?? []
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
    const read = { client: 1, op: "get", key: "x", call: 2, return: 3 }
    expect(verdictOf(lines(write, { ...read, result: "1" }))).toBe("holds")
    expect(verdictOf(lines(write, { ...read, result: null }))).toBe("violated")
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
      { client: 1, input: { op: "cas", key, expected: "1", value: "2" }, output: undefined, call: 5, return: Infinity },
      { client: 2, input: { op: "put", key, value: "4" }, output: undefined, call: 8, return: Infinity },
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
      {
        client: 1,
        input: { op: "cas", key: "x", expected: "1", value: "2" },
        output: { done: false, value: undefined },
        call: 4,
        return: 6,
      },
      { client: 2, input: { op: "get", key: "x" }, output: { done: true, value: "1" }, call: 5, return: 7 },
    ])
  })

  test("are judged", () => {
    const stale = text.replace('"ok","f":"read","value":["x",1]', '"ok","f":"read","value":["x",null]')
    // The compare-and-set was refused for its precondition, which held.
    expect(verdictOf(text)).toBe("violated")
    expect(verdictOf(text, { failedCas: "never" })).toBe("holds")
    expect(verdictOf(stale, { failedCas: "never" })).toBe("violated")
  })
})

describe("a wrong line is named with what was found and what is allowed", () => {
  const good = { client: 0, op: "get", key: "x", result: "1", call: 1, return: 2 }

  test.each([
    ["{", "1: not JSON"],
    ["1", "1: not a JSON object"],
    [lines({ ...good, op: "jump" }), '1: "op" is "jump"; expected: put, write, get, read, cas, append, delete'],
    [lines({ ...good, call: "soon" }), '1: "call" is "soon"; expected: a number'],
    [lines({ ...good, client: undefined }), '1: "client" is missing; expected: an integer or a name'],
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

describe("numbers keep all their digits", () => {
  const put = (value: string, from: string, to: string, client = "0") =>
    `{"client":${client},"op":"put","key":"x","value":${value},"call":${from},"return":${to}}`
  const get = (value: string, from: string, to: string, key = '"x"') =>
    `{"client":1,"op":"get","key":${key},"result":${value},"call":${from},"return":${to}}`

  test.each([
    ["integers", "9007199254740993", "9007199254740992"],
    ["fractions", "0.10000000000000001", "0.1"],
    ["exponents", "1e400", "1e401"],
    ["tiny ones", "1e-400", "0"],
    ["numbers within lists and maps", '[{"a":9007199254740993}]', '[{"a":9007199254740992}]'],
  ])("values: %s", (_, written, other) => {
    expect(verdictOf(`${put(written, "1", "2")}\n${get(written, "3", "4")}`)).toBe("holds")
    expect(verdictOf(`${put(written, "1", "2")}\n${get(other, "3", "4")}`)).toBe("violated")
  })

  test("equal numbers are one value, however they are written", () => {
    for (const [one, other] of [
      ["1.0", "1"],
      ["1e3", "1000"],
      ["100000000000000000000", "1e20"],
      ["-0", "0"],
    ]) {
      expect(verdictOf(`${put(one!, "1", "2")}\n${get(other!, "3", "4")}`), `${one} ${other}`).toBe("holds")
    }
    const [one, other] = ['{"a":1.50,"b":[2]}', '{"b":[2.0],"a":1.5}']
    expect(verdictOf(`${put(one, "1", "2")}\n${get(other, "3", "4")}`)).toBe("holds")
  })

  test("keys", () => {
    expect(verdictOf(`${put("1", "1", "2")}\n${get("null", "3", "4", "9007199254740993")}`)).toBe("holds")
    const key = (text: string, number: string) => text.replace('"key":"x"', `"key":${number}`)
    const written = key(put("1", "1", "2"), "9007199254740993")
    expect(verdictOf(`${written}\n${get("null", "3", "4", "9007199254740992")}`)).toBe("holds")
    expect(verdictOf(`${written}\n${get("null", "3", "4", "9007199254740993")}`)).toBe("violated")
  })

  test("times: nanoseconds since 1970, and seconds with nanoseconds", () => {
    for (const at of [(n: number) => `17563000000000000${n}`, (n: number) => `1756300000.0000000${n}`]) {
      const writes = [put('"1"', at(10), at(20)), put('"2"', at(21), at(30))]
      expect(verdictOf([...writes, get('"1"', at(31), at(40))].join("\n"))).toBe("violated")
      expect(verdictOf([...writes, get('"1"', at(30), at(40))].join("\n"))).toBe("holds")
    }
    expect(problemsOf(put("1", "17563000000000000002", "17563000000000000001"))).toEqual([
      '1: "return" (17563000000000000001) is before "call" (17563000000000000002)',
    ])
  })

  test("clients", () => {
    const text = [put("1", "1", "2", "9007199254740993"), put("2", "1", "2", "9007199254740992")].join("\n")
    const clients = withRecording(text, {}, ({ history, clientOf }) => history.map(clientOf))
    expect(clients).toEqual(["9007199254740992", "9007199254740993"])
    const events = ["invoke", "ok"].flatMap(type =>
      ["9007199254740993", "9007199254740992"].map(
        (process, i) => `{"process":${process},"type":"${type}","f":"write","value":${i}}`,
      ),
    )
    expect(verdictOf(events.join("\n"))).toBe("holds")
  })

  test("in EDN and in logs", () => {
    const edn = (value: string) =>
      [
        "{:process 0, :type :invoke, :f :write, :value 9007199254740993}",
        "{:process 0, :type :ok, :f :write, :value 9007199254740993}",
        "{:process 0, :type :invoke, :f :read, :value nil}",
        `{:process 0, :type :ok, :f :read, :value ${value}}`,
      ].join("\n")
    const log = (value: string) =>
      [
        "0 :invoke :write 9007199254740993",
        "0 :ok :write 9007199254740993",
        "0 :invoke :read nil",
        `0 :ok :read ${value}`,
      ]
        .join("\n")
        .replaceAll(" :", "\t:")
    for (const form of [edn, log]) {
      expect(verdictOf(form("9007199254740993N"))).toBe("holds")
      expect(verdictOf(form("9007199254740992"))).toBe("violated")
    }
  })
})

describe("what a recording leaves open", () => {
  const read = (value: unknown, call: number) => ({
    client: 0,
    op: "get",
    key: "k",
    result: value,
    call,
    return: call + 1,
  })
  const put = { client: 0, op: "put", key: "k", value: "a", call: 3, return: 4 }

  test("what keys hold at first", () => {
    const text = lines(read(0, 1), put, read("a", 5))
    expect(verdictOf(text)).toBe("violated")
    expect(verdictOf(text, { initial: "0" })).toBe("holds")
    expect(verdictOf(text, { initial: "1" })).toBe("violated")
    expect(verdictOf(lines(read("a", 1)), { initial: "a" })).toBe("holds")
  })

  test("what keys hold at first, written as JSON or as a text", () => {
    const first = (value: unknown, initial: string) => verdictOf(lines(read(value, 1)), { initial })
    expect(first(1, "1.0")).toBe("holds")
    expect(first(1.5, "150e-2")).toBe("holds")
    expect(first({ b: [1], a: 2 }, '{"a": 2, "b": [ 1 ]}')).toBe("holds")
    expect(first("1.0", '"1.0"')).toBe("holds")
    expect(first("two words", "two words")).toBe("holds")
    expect(first(null, "null")).toBe("holds")
    expect(first("9007199254740993", "9007199254740992")).toBe("violated")
  })

  test("what a read tells of a key that holds nothing, at first and after a delete", () => {
    const text = lines(read("", 1), put, { ...put, op: "delete", value: undefined, call: 5, return: 6 }, read("", 7))
    expect(verdictOf(text)).toBe("violated")
    expect(verdictOf(text, { missing: "" })).toBe("holds")
    expect(verdictOf(text.replace('"op":"delete"', '"op":"put","value":"b"'), { missing: "" })).toBe("violated")
    const swap = { client: 1, op: "cas", key: "k", expected: null, value: "", call: 8, return: 9, done: true }
    expect(verdictOf(`${text}\n${lines(swap, read("", 10))}`, { missing: "" })).toBe("holds")
  })

  test("a delete leaves nothing", () => {
    const gone = { client: 0, op: "delete", key: "k", call: 5, return: 6 }
    expect(verdictOf(lines(put, gone, read(null, 7)))).toBe("holds")
    expect(verdictOf(lines(put, gone, read("a", 7)))).toBe("violated")
    expect(verdictOf(lines(put, { ...gone, return: undefined }, read("a", 7), read(null, 9)))).toBe("holds")
  })

  test("a failed compare-and-set: never happened, unless its reason says that it was refused", () => {
    const text = (error?: string) =>
      lines(
        { process: 0, type: "invoke", f: "write", value: 1 },
        { process: 0, type: "ok", f: "write", value: 1 },
        { process: 0, type: "invoke", f: "cas", value: [1, 2] },
        { process: 0, type: "fail", f: "cas", value: [1, 2], error },
      )
    expect(verdictOf(text())).toBe("holds")
    expect(verdictOf(text("timeout"))).toBe("holds")
    expect(verdictOf(text("unexpected end of stream"))).toBe("holds")
    expect(verdictOf(text("precondition failed"))).toBe("violated")
    expect(verdictOf(text(), { failedCas: "refused" })).toBe("violated")
    expect(verdictOf(text("precondition failed"), { failedCas: "never" })).toBe("holds")
    const whole = { client: 0, op: "cas", key: "k", expected: "a", value: "b", call: 5, return: 6, outcome: "failed" }
    expect(verdictOf(lines(put, { ...whole, reason: "value mismatch" }))).toBe("violated")
    expect(verdictOf(lines(put, whole))).toBe("holds")
  })

  test("a read of nil: anything in EDN, as Knossos has it, and nothing in JSON", () => {
    const events = (value: string) =>
      [
        "{:process 0, :type :invoke, :f :write, :value 1}",
        "{:process 0, :type :ok, :f :write, :value 1}",
        "{:process 0, :type :invoke, :f :read, :value nil}",
        `{:process 0, :type :ok, :f :read, :value ${value}}`,
      ].join("\n")
    expect(verdictOf(events("nil"))).toBe("holds")
    expect(verdictOf(events("nil"), { nil: "nothing" })).toBe("violated")
    expect(verdictOf(events("2"))).toBe("violated")
    expect(withRecording(events("nil"), {}, ({ assumptions }) => assumptions)).toEqual([
      expect.stringContaining("1 read of nil is assumed to have read any value"),
    ])
    expect(verdictOf(lines(put, read(null, 5)))).toBe("violated")
    expect(verdictOf(lines(put, read(null, 5)), { nil: "any" })).toBe("holds")
  })
})

describe("files as people have them", () => {
  const good = [
    { client: 0, op: "put", key: "x", value: "1", call: 1, return: 2 },
    { client: 0, op: "get", key: "x", result: "1", call: 3, return: 4 },
  ]

  test("with a byte order mark, with the line ends of Windows, as one JSON array", () => {
    expect(verdictOf(`\uFEFF${lines(...good)}`)).toBe("holds")
    expect(verdictOf(`\uFEFF${lines(...good).replaceAll("\n", "\r\n")}\r\n`)).toBe("holds")
    expect(verdictOf(JSON.stringify(good))).toBe("holds")
    expect(verdictOf(JSON.stringify(good, null, 2))).toBe("holds")
    expect(problemsOf(JSON.stringify([good[0], { ...good[1], op: "jump" }], null, 1))[0]).toMatch(/^10: "op" is "jump"/)
    expect(problemsOf(JSON.stringify(good).slice(0, -1)).at(-1)).toBe("1: not JSON")
  })

  test("the order of operations decides nothing, nor does that of events with an index", () => {
    const wrong = { client: 2, op: "get", key: "x", result: "9", call: 5, return: 6 }
    const read = (text: string) => withRecording(text, {}, ({ model, history }) => checkHistory(model, history))
    expect(read(lines(good[1]!, wrong, good[0]!))).toEqual(read(lines(...good, wrong)))
    const events = [
      { index: 0, process: 0, type: "invoke", f: "write", value: 1 },
      { index: 1, process: 0, type: "ok", f: "write", value: 1 },
      { index: 2, process: 0, type: "invoke", f: "read", value: null },
      { index: 3, process: 0, type: "ok", f: "read", value: 1 },
    ]
    expect(verdictOf(lines(...events.toReversed()))).toBe("holds")
  })

  test("events of one line come one after the other", () => {
    const write = "{:process 0 :type :invoke :f :write :value 1} {:process 0 :type :ok :f :write :value 1}"
    const edn = `[${write} {:process 1 :type :invoke :f :read :value nil} {:process 1 :type :ok :f :read :value nil}]`
    expect(verdictOf(edn, { nil: "nothing" })).toBe("violated")
    const json = [
      { process: 0, type: "invoke", f: "write", value: 1 },
      { process: 0, type: "ok", f: "write", value: 1 },
      { process: 1, type: "invoke", f: "read", value: null },
      { process: 1, type: "ok", f: "read", value: null },
    ]
    for (const text of [JSON.stringify(json), JSON.stringify(json, null, 1).replaceAll("\n", "\r")]) {
      expect(verdictOf(text)).toBe("violated")
    }
    const indexed = json.map((event, place) => ({ ...event, index: place + 5 })).toReversed()
    expect(verdictOf(JSON.stringify(indexed))).toBe("violated")
  })

  test("a comment of EDN ends with its line, however lines end", () => {
    const text = "; a comment\r{:process 0 :type :invoke :f :write :value 1}\r{:process 0 :type :ok :f :write :value }"
    expect(problemsOf(text)).toEqual(["3: not EDN: a map with a key that has no value"])
    expect(problemsOf(text.replaceAll("\r", "\r\n"))).toEqual(["3: not EDN: a map with a key that has no value"])
    expect(verdictOf(text.replace("value }", "value 1}"))).toBe("holds")
  })

  test("a field that stands twice in one object is an error, not the last of both", () => {
    const text = lines(good[0]!)
    expect(problemsOf(text.replace('"value":"1"', '"value":"1","value":"2"'))).toEqual([
      "1: an object with two values for one name",
    ])
    expect(problemsOf(text.replace('"1"', '[{"a":1},{"a":1,"a":2}]'))).toEqual([
      "1: an object with two values for one name",
    ])
    expect(verdictOf(text.replace('"1"', '{"a\\":": "\\\": {\\"a\\":", "b": {"a": [{"a": {}}]}}'))).toBe("holds")
  })

  test("fields that operations do not have are passed over, and told", () => {
    const told = (text: string) => withRecording(text, {}, ({ passedOver }) => passedOver)
    expect(told(lines({ ...good[0]!, retrun: 3, node: "n1" }, { ...good[1]!, node: "n1" }))).toEqual(["node", "retrun"])
    expect(told(lines(...good))).toEqual([])
  })

  test.each([
    ["write", 1, 2, 'write ends with 2, but was called with "1"'],
    ["cas", [1, 2], [1, 3], 'cas ends with [1,3], but was called with "[1,2]"'],
    ["enqueue", 1, 2, 'enqueue ends with 2, but was called with "1"'],
    ["add", 1, 2, 'add ends with 2, but was called with "1"'],
  ])("an answer that names another value than its call: %s", (f, called, answered, problem) => {
    const invoke = { process: 0, type: "invoke", f, value: called }
    expect(problemsOf(lines(invoke, { ...invoke, type: "ok", value: answered }))).toEqual([`1: ${problem}`])
    for (const value of [called, null]) expect(problemsOf(lines(invoke, { ...invoke, type: "ok", value }))).toEqual([])
    expect(problemsOf(lines(invoke, { ...invoke, type: "info", value: "timed out" }))).toEqual([])
  })

  test("an answer that names another key than its call", () => {
    const invoke = { process: 0, type: "invoke", f: "read", key: "x", value: null }
    const problem = '2: read ends with the key "y", but was called with "x"'
    expect(problemsOf(lines(invoke, { ...invoke, type: "ok", key: "y", value: 1 }))).toEqual([problem])
    const inValue = { process: 0, type: "invoke", f: "read", value: ["x", null] }
    expect(problemsOf(lines(inValue, { ...inValue, type: "ok", value: ["y", 1] }))).toEqual([problem])
    expect(problemsOf(lines(inValue, { ...inValue, type: "fail", value: ["y", 1] }))).toEqual([])
  })

  test("EDN: the lock of a cluster, as Jepsen tests it: refused, timed out, and released by one that does not hold it", () => {
    const event = (process: number | string, type: string, f: string, more = ""): string =>
      `{:process ${process}, :type :${type}, :f :${f}, :value nil${more}}`
    const events = [
      event(0, "invoke", "acquire"),
      event(1, "invoke", "acquire"),
      event(0, "ok", "acquire", ", :time 12"),
      event(1, "fail", "acquire", ", :error :not-lock-owner"),
      event(":nemesis", "info", "start", ", :error nil"),
      event(2, "invoke", "release"),
      event(2, "fail", "release", ', :error "not the owner"'),
      event(0, "invoke", "release"),
      event(0, "info", "release", ', :error [:timeout "no answer"]'),
      event(3, "invoke", "acquire"),
      event(3, "ok", "acquire"),
    ]
    for (const text of [events.join("\n"), `[${events.join("\n")}]`]) {
      const judged = withRecording(text, {}, ({ object, model, history }) => [
        object.name,
        checkHistory(model, history),
      ])
      expect(judged).toMatchObject(["mutex", { verdict: "holds" }])
    }
    const never = events.filter((_, index) => index !== 7 && index !== 8)
    expect(verdictOf(never.join("\n"))).toBe("violated")
    expect(verdictOf(events.join("\n").replace(":info, :f :release", ":fail, :f :release"))).toBe("violated")
  })

  test("EDN: lines, vectors and lists of maps, comments, tags, discarded values", () => {
    const write = "{:process 0, :type :invoke, :f :write, :value 1} {:process 0, :type :ok, :f :write, :value 1}"
    const read = '#jepsen.history.Op{:process 1, :type :invoke, :f :read, :value nil, :ext #inst "2026-01-01"}'
    const end = "{:process 1 :type :ok :f :read #_ignored :value 2 :error [:a #{1 2} \\newline 1/2 1.5M]}"
    const stale = `; a comment\n${write}\n${read}\n${end}`
    for (const text of [stale, `[${stale}]`, `(${stale})\n`, stale.replaceAll("\n", "\r\n")]) {
      expect(verdictOf(text)).toBe("violated")
      expect(verdictOf(text.replace(":value 2", ":value 1"))).toBe("holds")
    }
    const system = withRecording(`${write}{:process :nemesis :type :info :f :start :value nil}`, {}, one => one.system)
    expect(system).toEqual([{ line: 3, f: "start", value: null }])
  })

  test.each([
    ["{:process 0, :type :invoke", "1: not EDN: the bracket opened here is never closed by }"],
    ["[{:process 0}\n", "1: not EDN: the bracket opened here is never closed by ]"],
    ['{:process 0\n :value "1}', "2: not EDN: a string that is never closed"],
    ["{:process 0 :type}", "1: not EDN: a map with a key that has no value"],
    ["{:a 1 :a 2}", "1: not EDN: a map with two values for a"],
    ["{:a 1}}", "1: not EDN: } closes nothing"],
    ["{:a 1x}", "1: not EDN: 1x is not a number"],
    [`{:a ${"[".repeat(5000)}`, "1: not EDN: nested more than 100 deep"],
    ["{:a 1}", "1: a map without :type is no event"],
    ["[{:type :ok} 1]", "1: not a map"],
  ])("EDN that is wrong: %s", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })

  test("logs: of a run, with other lines of the logger, and history.txt", () => {
    const run = [
      "INFO  jepsen.core - Running test",
      "INFO  jepsen.util - 0\t:invoke\t:write\t3",
      "INFO  jepsen.util - 0\t:ok\t:write\t3",
      "INFO  jepsen.util - 1\t:invoke\t:cas\t[3 4]",
      "INFO  jepsen.util - 1\t:info\t:cas\t:timed-out",
      "INFO  jepsen.util - :nemesis\t:info\t:start\tCut off {:n1 #{:n2}}",
      "INFO  jepsen.util - 2\t:invoke\t:read\tnil",
      "INFO  jepsen.util - 2\t:ok\t:read\t4",
    ]
    expect(verdictOf(run.join("\n"))).toBe("holds")
    expect(verdictOf(run.join("\n").replace(/4$/, "nil"))).toBe("violated")
    const stack = [
      "java.net.SocketTimeoutException: connect timed out",
      "\tat java.base/java.net.Socket",
      "Caused by: x",
    ]
    expect(verdictOf([...run, ...stack].join("\n"))).toBe("holds")
    const text = run.slice(1).map(line => line.replace("INFO  jepsen.util - ", ""))
    expect(verdictOf(text.join("\n"))).toBe("holds")
    expect(verdictOf(text.join("\n").replace(/4$/, "5"))).toBe("violated")
    expect(verdictOf(text.join("\n").replace(/4$/, "nil"))).toBe("holds")
    expect(problemsOf([...text, "what is this"].join("\n"))).toEqual([
      "8: not an event; expected: process :type :function value",
    ])
  })

  test("Porcupine's key-value recordings: keys hold the empty text at first", () => {
    const text = (read: string) =>
      [
        '{:process 0, :type :invoke, :f :get, :key "a", :value nil}',
        `{:process 0, :type :ok, :f :get, :key "a", :value "${read}"}`,
        '{:process 1, :type :invoke, :f :append, :key "a", :value "x"}',
        '{:process 1, :type :ok, :f :append, :key "a", :value "x"}',
      ].join("\n")
    expect(verdictOf(text(""))).toBe("holds")
    expect(verdictOf(text("x"))).toBe("violated")
    expect(withRecording(text(""), {}, ({ assumptions }) => assumptions)).toEqual([
      expect.stringContaining('every key is taken to hold "" at first'),
    ])
  })

  test("any JSON is a value: texts, numbers, truth values, lists and maps", () => {
    for (const value of [true, false, "", [1, [2]], { b: 1, a: [null] }, 0]) {
      const write = { ...good[0], value }
      expect(verdictOf(lines(write, { ...good[1], result: value }))).toBe("holds")
      expect(verdictOf(lines(write, { ...good[1], result: [value] }))).toBe("violated")
    }
  })

  test("transactions are refused in one line, however many there are", () => {
    const transaction = (value: unknown, f = "txn") =>
      Array.from({ length: 1000 }, () => ["invoke", "ok"].map(type => ({ process: 0, type, f, value }))).flat()
    const append = [
      ["append", "x", 1],
      ["r", "y", [1]],
    ]
    expect(problemsOf(lines(...transaction(append)))).toEqual([
      expect.stringMatching(/^1: a transaction, on several keys/),
    ])
    const reads = [
      ["r", 9, null],
      ["r", 7, null],
    ]
    expect(problemsOf(lines(...transaction(reads, "read")))).toEqual([expect.stringMatching(/--model multi-register/)])
    const edn = "{:process 0, :type :invoke, :f :txn, :value [[:append 1 2] [:r 3 nil]]}"
    expect(problemsOf(edn)).toEqual([expect.stringMatching(/^1: a transaction/)])
  })

  test("a key in only some of the values is an error, not another value", () => {
    const call = { process: 0, type: "invoke", f: "read", value: ["x", null] }
    expect(problemsOf(lines(call, { ...call, type: "ok" }, { ...call, value: null }))).toEqual([
      "3: a call without a key in its value, in a file of [key, value]",
    ])
  })
})
