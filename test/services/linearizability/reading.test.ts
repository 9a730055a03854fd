// Recordings piece by piece: which format a file has, numbers and times in any form, single lines.
import { describe, expect, onTestFinished, test } from "vitest"
import { Digits, jsonOf, MAX_DEPTH, numberOf, quote } from "../../../services/linearizability/recordings/datum.ts"
import { elementsOf, parseJson } from "../../../services/linearizability/recordings/json.ts"
import { parseLogLine } from "../../../services/linearizability/recordings/log.ts"
import { readOperation } from "../../../services/linearizability/recordings/operation-lines.ts"
import { readRecording, recognizeFormat } from "../../../services/linearizability/recordings/read.ts"
import { isTransaction, readClient, readWord } from "../../../services/linearizability/recordings/recorded.ts"
import { wholeText } from "../../../services/linearizability/recordings/text.ts"
import { clockOf, compareNumbers, PLAIN_CLOCK } from "../../../services/linearizability/recordings/times.ts"

const digits = (text: string): Digits => new Digits(text)

describe("numbers", () => {
  test.each<[string, number | string]>([
    ["123456789012345", 123_456_789_012_345],
    ["1234567890123456", "1234567890123456"],
    ["0012", 12],
    ["00.5", 0.5],
    ["100000000000000", 100_000_000_000_000],
    ["1e14", 100_000_000_000_000],
    ["1e15", "1000000000000000"],
    ["1e-14", 1e-14],
    ["1e-15", "0.000000000000001"],
    ["12e38", `12${"0".repeat(38)}`],
    ["12e39", "12e39"],
    ["1e-40", `0.${"0".repeat(39)}1`],
    ["1e-41", "1e-41"],
    ["0.12345678901234567", "0.12345678901234567"],
    ["12.3456789012345678", "12.3456789012345678"],
  ])("%s is %s", (source, expected) => {
    expect(numberOf(source)).toEqual(typeof expected === "number" ? expected : digits(expected))
  })

  test("an error names the beginning of what is none", () => {
    expect(() => numberOf("x".repeat(50))).toThrow(/^x{40} is not a number that can be read exactly$/)
  })

  test("as JSON have their digits, as everything has its one form", () => {
    expect(jsonOf(digits("1e500"))).toBe("1e500")
    expect([1e21, 0.1, 1.5, -3, 9_007_199_254_740_991].map(number => jsonOf(number))).toEqual([
      "1000000000000000000000",
      "0.1",
      "1.5",
      "-3",
      "9007199254740991",
    ])
    expect(jsonOf([1, [true, null], { b: "x", a: [digits("2e99")] }])).toBe('[1,[true,null],{"a":[2e99],"b":"x"}]')
    expect([quote("x".repeat(58)), quote("x".repeat(59))]).toEqual([`"${"x".repeat(58)}"`, `"${"x".repeat(56)}...`])
  })

  test("are nested as deep as the limit says, in lists and in maps, and no deeper", () => {
    const nested = (depth: number, wrap: (inner: object) => object): object =>
      depth === 0 ? [] : wrap(nested(depth - 1, wrap))
    for (const wrap of [(inner: object) => [inner], (inner: object) => ({ a: inner })]) {
      expect(() => jsonOf(nested(MAX_DEPTH, wrap) as never)).not.toThrow()
      expect(() => jsonOf(nested(MAX_DEPTH + 1, wrap) as never)).toThrow(`nested more than ${MAX_DEPTH} deep`)
    }
  })
})

describe("times", () => {
  test.each<[number | Digits, number | Digits, number]>([
    [1, 2, -1],
    [2, 1, 1],
    [2, 2, 0],
    [digits("17563000000000000001"), digits("17563000000000000002"), -1],
    [digits("17563000000000000001"), 17_563, 1],
    [1, digits("17563000000000000001"), -1],
    [digits("1.0000000000000001"), 1, 1],
    [digits("-1.0000000000000001"), -1, -1],
    [digits("0.30000000000000001"), digits("0.3000000000000000100"), 0],
    [digits("12e39"), digits(`12${"0".repeat(39)}`), 0],
    [digits("12e39"), digits("12e38"), 1],
    [digits("1e-60"), digits("2e-60"), -1],
    [1.5, digits("1.50000000000000001"), -1],
    [1e21, digits("1000000000000000000001"), -1],
    [1e-7, digits("0.00000010000000000000001"), -1],
    [digits("1e+30"), digits("1e29"), 1],
  ])("%j and %j", (a, b, order) => {
    expect(Math.sign(compareNumbers(a, b))).toBe(order)
    expect(Math.sign(compareNumbers(b, a))).toBe(order === 0 ? 0 : -order)
  })

  test("beyond all clocks are refused", () => {
    expect(compareNumbers(digits("1e400"), digits("1e399"))).toBe(1)
    expect(compareNumbers(digits("1e-400"), 0)).toBe(1)
    expect(() => compareNumbers(digits("1e401"), 0)).toThrow("a time of 1e401 is beyond all clocks")
    expect(() => compareNumbers(0, digits("1e-401"))).toThrow("beyond all clocks")
  })

  test("of a clock are ranks, written as the times that they were", () => {
    const [early, late] = [digits("17563000000000000001"), digits("17563000000000000002")]
    const clock = clockOf([late, 5, early, late])
    expect([clock.at(5), clock.at(early), clock.at(late)]).toEqual([0, 1, 2])
    expect([0, 1, 2].map(rank => clock.format(rank))).toEqual(["5", early.text, late.text])
    expect([PLAIN_CLOCK.at(7), PLAIN_CLOCK.at(late), PLAIN_CLOCK.format(7)]).toEqual([7, Number.NaN, "7"])
  })
})

describe("the format of a file", () => {
  test.each([
    ["json", '{"a": 1}'],
    ["json", ' \n {"a": 1}'],
    ["json", '[{"a": 1}]'],
    ["json", '[ {\n"a": 1}]'],
    ["json", "{}"],
    ["json", "{ }"],
    ["json", '{ "op": "{:a 1}"}'],
    ["json", ""],
    ["json", "what is this"],
    ["edn", "{:a 1}"],
    ["edn", "{ :a 1}"],
    ["edn", "  {  :a 1}"],
    ["edn", "[{ :a 1}]"],
    ["edn", "[ { :a 1}]"],
    ["edn", "({:a 1})"],
    ["edn", "; comment"],
    ["edn", "#op{:a 1}"],
    ["edn", "[#op{:a 1}]"],
    ["log", "0 :invoke :write 3"],
    ["log", "INFO jepsen.core - x\n\nINFO jepsen.util - 0 :ok :read 1"],
    ["log", `${"a line\n".repeat(99)}0 :invoke :write 3`],
    ["log", `${"a line\n".repeat(100)}0 :invoke :write 3`],
    ["json", `${"a line\n".repeat(101)}0 :invoke :write 3`],
    ["json", `${"a".repeat(20_000)}\n0 :invoke :write 3`],
  ])("%s: %j", (format, text) => {
    expect(recognizeFormat(text)).toBe(format)
  })

  test("a file of nothing has no operations", () => {
    for (const text of ["", " \n", "[]", " [ ] ", "\uFEFF"]) {
      expect(readRecording(wholeText(text))).toMatchObject({ operations: {}, recorded: 0, system: [], passedOver: [] })
    }
    expect(readRecording(wholeText("[] x"))).toEqual({ problems: [{ line: 1, message: "not JSON" }] })
    expect(readRecording(wholeText("x\uFEFF"))).toEqual({ problems: [{ line: 1, message: "not JSON" }] })
  })

  test("says whether a read of nil may be any, and whether keys hold texts", () => {
    const told = (text: string) => {
      const read = readRecording(wholeText(text))
      return "problems" in read ? read.problems[0] : [read.format, read.nilIsAny, read.isOfTexts]
    }
    const edn = (f: string, value: string, more = ':key "a"', result = value) =>
      [
        `{:process 0, :type :invoke, :f :${f}, ${more}, :value ${f === "get" ? "nil" : value}}`,
        `{:process 0, :type :ok, :f :${f}, ${more}, :value ${result}}`,
      ].join("\n")
    const append = edn("append", '"x"')
    expect(told(append)).toEqual(["edn", true, true])
    expect(told(`${append}\n${edn("get", '"x"')}\n${edn("put", '"y"')}`)).toEqual(["edn", true, true])
    expect(told(`${append}\n${edn("get", "3")}`)).toEqual(["edn", true, false])
    expect(told(`${append}\n${edn("put", "3")}`)).toEqual(["edn", true, false])
    expect(told(`${append}\n${edn("write", '"x"')}`)).toEqual(["edn", true, false])
    expect(told(`${append}\n${edn("put", '"x"', ":other 1")}`)).toEqual(["edn", true, false])
    expect(told(`${append}\n{:process 1, :type :invoke, :f :get, :key "a", :value nil}`)).toEqual(["edn", true, true])
    expect(told(edn("put", '"x"'))).toEqual(["edn", true, false])
    expect(told("0 :invoke :read nil\n0 :ok :read nil")).toEqual(["log", true, false])
    expect(told("INFO jepsen.util - 0 :invoke :read nil")).toEqual(["log", false, false])
    expect(told('{"process":0,"type":"invoke","f":"append","key":"a","value":"x"}')).toEqual(["json", false, false])
  })

  test("times are long if a number would round either of them", () => {
    const line = (call: string, end: string) =>
      `{"client":0,"op":"put","key":"x","value":1,"call":${call},"return":${end}}`
    const isLong = (text: string) => Reflect.get(readRecording(wholeText(text)), "areTimesLong") as unknown
    const long = "17563000000000000001"
    expect([isLong(line("1", "2")), isLong(line("1", long)), isLong(line(long, long))]).toEqual([false, true, true])
  })
})

describe("JSON", () => {
  test("arrays that are empty, begin at once, or have lines of any system", () => {
    const pieces = (text: string) => [...elementsOf(text)].map(({ line, text: piece }) => [line, piece])
    expect(pieces("[1,\r2,\r\n3]")).toEqual([
      [1, "1"],
      [2, "2"],
      [3, "3"],
    ])
    expect(pieces("[[],{}]\n x")).toEqual([
      [1, "[]"],
      [1, "{}"],
      [1, "\n x"],
    ])
    expect(pieces("")).toEqual([[1, "["]])
    expect(pieces('["a]", "b"')).toEqual([
      [1, '"a]"'],
      [1, "["],
    ])
  })

  test("is read whole, texts with quotes and brackets among it", () => {
    for (const value of [null, 0, "", "a\\", 'a"b:c', [[]], [{}, { a: [] }]]) {
      expect(parseJson(JSON.stringify(value))).toEqual(value)
    }
    expect(parseJson("[1e2, 12345678901234567890, 1e400]")).toEqual([
      100,
      digits("12345678901234567890"),
      digits("1e400"),
    ])
  })
})

test("where the runtime does not tell how a number was written, one that may have been rounded is refused", () => {
  const parse = JSON.parse.bind(JSON)
  onTestFinished(() => void (JSON.parse = parse))
  JSON.parse = (text, reviver) => parse(text, reviver && ((name, value) => reviver(name, value)))
  expect(parseJson("[1, 2]")).toEqual([1, 2])
  expect(() => parseJson("[1e2]")).toThrow("100 may have been rounded: this runtime cannot tell")
})

describe("lines of a log", () => {
  const event = (line: string) => parseLogLine(line, false)

  test.each([
    "INFO x",
    "TRACE x",
    "2026-01-01 12:00 [main] ERROR x",
    "a DEBUG",
    "   at java.base",
    "\t\tat java.base",
    "",
    "   ",
  ])("that are no events: %j", line => {
    expect(event(line)).toBe(undefined)
  })

  test.each([" x INFO y", "x TRACE y", "INFORM x", "what at java", "TRACER x", "x at y", "a INFORMATION"])(
    "that are nothing known: %j",
    line => {
      expect(() => event(line)).toThrow("not an event")
    },
  )

  test("have a process that is a number or a name, and a reason where there is one", () => {
    expect(event("12 :invoke :read nil")).toMatchObject({ process: 12 })
    expect(event("a1 :invoke :read nil")).toMatchObject({ process: "a1" })
    expect(event("1a :invoke :read nil")).toMatchObject({ process: "1a" })
    expect(event("1 :ok :read :x")).toEqual({ process: 1, type: "ok", f: "read", value: ":x", error: ":x" })
    expect(event("1 :info :read :x :y")).toEqual({ process: 1, type: "info", f: "read", value: ":x", error: ":y" })
    expect(event("1 :info :read 5")).toEqual({ process: 1, type: "info", f: "read", value: 5 })
    expect(event("1 :fail :read {x")).toMatchObject({ value: "{x" })
    for (const type of ["ok", "invoke"]) expect(() => event(`1 :${type} :read {x`)).toThrow("not EDN")
  })
})

describe("an operation a line", () => {
  const line = (fields: object) => readOperation({ client: 1, op: ":get", call: 1, return: 2, ...fields }, 4)

  test("has a fate by its outcome, or by whether it returned", () => {
    expect(line({})).toMatchObject({ line: 4, client: "1", f: "get", fate: "ok", call: 1, return: 2 })
    expect(line({ return: null })).toMatchObject({ fate: "unknown", return: undefined })
    expect(line({ return: undefined })).toMatchObject({ fate: "unknown" })
    expect(line({ outcome: "unknown" })).toMatchObject({ fate: "unknown", return: undefined })
    expect(line({ outcome: "failed", return: null })).toMatchObject({ fate: "failed", return: undefined })
    expect(line({ outcome: "failed" })).toMatchObject({ fate: "failed", return: 2 })
    expect(line({ return: 1 })).toMatchObject({ return: 1 })
    expect(line({ error: "e", reason: "r" }).error).toBe("e")
    expect(line({ reason: "r" }).error).toBe("r")
  })

  test.each([
    [{ op: 5 }, '"op" is 5; expected: the name of an operation'],
    [{ done: "yes" }, '"done" is "yes"; expected: true or false'],
    [{ outcome: "ok", return: null }, '"return" is null; expected: a number'],
    [{ return: 0.5 }, '"return" (0.5) is before "call" (1)'],
    [{ client: "" }, '"client" is ""; expected: an integer or a name'],
    [{ client: 1.5 }, '"client" is 1.5; expected: an integer or a name'],
    [{ client: digits("1.5e20") }, '"client" is 1.5e20; expected: an integer or a name'],
    [{ client: true }, '"client" is true; expected: an integer or a name'],
  ])("refuses %j", (fields, message) => {
    expect(() => line(fields)).toThrow(message)
  })

  test("clients are integers of any size, or names; words lose the colon before them", () => {
    const client = (value: unknown) => readClient({ client: value } as never, "client")
    expect([client(3), client(-3), client(digits("-9007199254740993")), client("a")]).toEqual([
      "3",
      "-3",
      "-9007199254740993",
      "a",
    ])
    expect(() => client(digits("x12"))).toThrow("an integer or a name")
    expect(() => client(digits("12x"))).toThrow("an integer or a name")
    const word = (value: unknown) => readWord({ word: value } as never, "word")
    expect([word(":a:b"), word("a:b"), word(1)]).toEqual(["a:b", "a:b", undefined])
  })

  test("transactions are lists of operations with a word, a key and perhaps a value", () => {
    const all = [
      [["r", "x"]],
      [["r", "x", 1]],
      [
        [":append", "x", 1],
        ["w", "y", 2],
      ],
      [],
      [["r"]],
      [["r", "x", 1, 2]],
      [["jump", "x", 1]],
      [["r", "x", 1], 5],
      ["r", "x"],
      [[5, "x"]],
      [["are", "x"]],
      "r",
      undefined,
    ] as const
    expect(all.map(value => isTransaction(value as never))).toEqual([
      true,
      true,
      true,
      ...Array<boolean>(10).fill(false),
    ])
  })
})
