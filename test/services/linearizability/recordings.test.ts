// The readers of recordings, value by value: EDN and JSON as data, their numbers, and what objects make of single operations.
import { describe, expect, test } from "vitest"
import { withRecording } from "../../../services/linearizability/history-file.ts"
import { keyValueModel } from "../../../services/linearizability/key-value.ts"
import { findLinearizations } from "../../../services/linearizability/linearizations.ts"
import { keyValueObject } from "../../../services/linearizability/objects/key-value.ts"
import { Digits, MAX_DEPTH, numberOf } from "../../../services/linearizability/recordings/datum.ts"
import type { ModelName } from "../../../services/linearizability/objects/registry.ts"
import { parseEdn } from "../../../services/linearizability/recordings/edn.ts"
import { elementsOf, linesOf, parseJson } from "../../../services/linearizability/recordings/json.ts"
import { linesIn } from "../../../services/linearizability/recordings/text.ts"
import { isLogLine, parseLogLine } from "../../../services/linearizability/recordings/log.ts"

describe("EDN", () => {
  /** The only value of a text. */
  const read = (text: string): unknown => {
    const [first, ...more] = parseEdn(`{:it ${text}}`)
    expect(more).toEqual([])
    return (first!.value as Record<string, unknown>)["it"]
  }

  test.each([
    ["nil", null],
    ["true", true],
    ["false", false],
    ["-7", -7],
    ["+7", 7],
    ["1.50M", 1.5],
    ["12N", 12],
    ["1/2", "1/2"],
    ["16rFF", "16rFF"],
    [":key", ":key"],
    ["symbol", "symbol"],
    ["##Inf", "##Inf"],
    ["##-Inf", "##-Inf"],
    ["##NaN", "##NaN"],
    [String.raw`"a\n\t\r\b\f\\\"\u0041b"`, 'a\n\t\r\b\f\\"Ab'],
    [String.raw`\a`, "a"],
    [String.raw`\newline`, "\n"],
    [String.raw`\u0041`, "A"],
    [String.raw`\(`, "("],
    ["#{3 1 2}", [1, 2, 3]],
    ["(1 [2 #_ 9 3])", [1, [2, 3]]],
    ["#inst 5", 5],
    ['[1,2;no\n3"x"]', [1, 2, 3, "x"]],
  ])("%s", (text, value) => {
    expect(read(text)).toEqual(value)
  })

  test("names of maps are keywords without their colon, or whatever stands there", () => {
    expect({ ...(read('{:a 1 "b" 2 3 4 nil 5}') as object) }).toEqual({ a: 1, b: 2, "3": 4, nil: 5 })
  })

  test("values have the lines that they begin on, whatever is in between", () => {
    const text = '1\n;c\n"a\nb"\r\n[2\n3]\r#_ {\n} 4'
    expect(parseEdn(text).map(({ line, value }) => [line, value])).toEqual([
      [1, 1],
      [3, "a\nb"],
      [5, [2, 3]],
      [8, 4],
    ])
    expect(parseEdn("[1\n2]").map(({ line }) => line)).toEqual([1, 2])
  })

  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`

  test.each([
    ["1 ##Foo", "##Foo is not known"],
    ["1 #1", "#1 is not known"],
    ["1 #", "# is not known"],
    [String.raw`1 \foo`, String.raw`\foo is not a character`],
    [String.raw`"\q"`, String.raw`\q in a string is not known`],
    [String.raw`"\u12"`, String.raw`\u in a string is not known`],
    ["1 :", "a keyword without a name"],
    ["1 1.5.2", "1.5.2 is not a number"],
    ["1 #_", "the text ends where a value is missing"],
    ["[1] 2", "more follows after the list of events"],
    ["1 ]", "] closes nothing"],
    [`1 ${nested(MAX_DEPTH + 1)}`, `nested more than ${MAX_DEPTH} deep`],
    ["\n1 (2\n", "the bracket opened here is never closed by )"],
  ])("that is wrong: %j", (text, message) => {
    expect(() => parseEdn(text)).toThrow(`not EDN: ${message}`)
  })

  test("may be nested as deep as the limit says", () => {
    expect(parseEdn(`1 ${nested(MAX_DEPTH)}`)).toHaveLength(2)
  })
})

describe("numbers", () => {
  test.each([
    ["0", 0],
    ["-0.00", 0],
    ["00012", 12],
    ["1.50", 1.5],
    ["-1.5e3", -1500],
    ["+2E-2", 0.02],
    ["999999999999999", 999_999_999_999_999],
    ["123e-14", 1.23e-12],
  ])("%s is read as a number of JavaScript, which loses nothing of it", (source, value) => {
    expect(numberOf(source)).toBe(value)
  })

  test.each([
    ["9007199254740993", "9007199254740993"],
    ["-90071992547409930e-1", "-9007199254740993"],
    ["0.1234567890123456", "0.1234567890123456"],
    ["1e20", "100000000000000000000"],
    ["-12e39", "-12e39"],
    ["12e-60", "1.2e-59"],
  ])("%s keeps its digits, in one form", (source, text) => {
    const number = numberOf(source)
    expect(number).toBeInstanceOf(Digits)
    expect(number).toEqual(numberOf(text))
    expect(number).not.toEqual(numberOf(`${source.replace(/^-?/, "")}1`))
  })

  test.each(["", "x", "1.2.3", "--1", "1e", "1e9999999999"])("%j is none", source => {
    expect(() => numberOf(source)).toThrow("is not a number that can be read exactly")
  })
})

describe("JSON", () => {
  test("elements of an array are found with their lines, whatever stands in their texts", () => {
    const text = '[ {"a": "],{[\\"}"},\r\n\n [1, [2]] ,\n"\\\\", 3\n]\n'
    expect([...elementsOf(text)].map(piece => [piece.line, piece.text.trim()])).toEqual([
      [1, '{"a": "],{[\\"}"}'],
      [3, "[1, [2]]"],
      [4, '"\\\\"'],
      [4, "3"],
    ])
    expect([...elementsOf("[]")]).toEqual([])
    expect([...elementsOf("[1] x")].map(piece => piece.text)).toEqual(["1", " x"])
    expect([...elementsOf('[1, "2')].map(piece => piece.text)).toEqual(["1", "["])
  })

  test("lines end as on any system, and those without anything are passed over", () => {
    const lines = [...linesOf("a\r\n\n  \rb\nc")].map(({ line, text }) => [line, text])
    expect(lines).toEqual([
      [1, "a"],
      [4, "b"],
      [5, "c"],
    ])
  })

  test("lines are the same wherever a text is cut into blocks", () => {
    const text = "a\r\n\n  \rb\r\r\nc\r\n"
    const whole = [...linesOf(text)]
    expect(whole.map(({ line }) => line)).toEqual([1, 4, 6])
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const blocks = [text.slice(0, first), text.slice(first, second), text.slice(second)]
        expect([...linesIn(blocks)], JSON.stringify(blocks)).toEqual(whole)
      }
    }
  })

  test("a name that stands twice in one object is refused, and one that stands in two is not", () => {
    expect(() => parseJson('{"a": 1, "a": 2}')).toThrow("two values for one name")
    expect(() => parseJson('[{"b": {"a": 1, "a": 2}}]')).toThrow("two values for one name")
    expect(parseJson('[{"a": ":\\":"}, {"a": {"a": null}}, "b:c"]')).toEqual([{ a: ':":' }, { a: { a: null } }, "b:c"])
    expect(parseJson('{"n": 90071992547409931, "m": 1e2}')).toEqual({ n: new Digits("90071992547409931"), m: 100 })
    expect(() => parseJson("{")).toThrow("not JSON")
  })
})

describe("lines of logs", () => {
  test("are events, or another line of a logger, or nothing that is known", () => {
    expect(isLogLine("0\t:invoke\t:write\t3")).toBe(true)
    expect(isLogLine("INFO jepsen.util - 0\t:ok\t:write\t3")).toBe(true)
    expect(isLogLine("0 :starts :write 3")).toBe(false)
    expect(parseLogLine("7 :ok :read 3", false)).toEqual({ process: 7, type: "ok", f: "read", value: 3 })
    expect(parseLogLine(":nemesis :info :start", false)).toMatchObject({ process: ":nemesis", f: "start", value: null })
    expect(parseLogLine("7 :info :read nil :timeout", false)).toMatchObject({ value: null, error: ":timeout" })
    expect(parseLogLine("7 :fail :read :timeout", false)).toMatchObject({ value: ":timeout", error: ":timeout" })
    expect(parseLogLine("7 :fail :read what {happened", false)).toMatchObject({ value: "what {happened" })
    expect(parseLogLine("7 :ok :read 3", true)).toBe(undefined)
    expect(parseLogLine("WARN x", false)).toBe(undefined)
    expect(parseLogLine("\tat java.Thread", false)).toBe(undefined)
    expect(() => parseLogLine("7 :ok :read {1", false)).toThrow("not EDN")
    expect(() => parseLogLine("nothing of the kind", false)).toThrow("not an event")
  })
})

describe("what objects make of operations", () => {
  const read = (text: string, type: ModelName) =>
    withRecording(text, { model: type }, ({ history, recorded }) => [recorded, history])
  const line = (fields: object): string => JSON.stringify({ client: 0, call: 1, return: 2, ...fields })

  test("a recording says how many operations it has, those that surely did not happen among them", () => {
    const text = [
      line({ op: "put", key: "x", value: 1 }),
      line({ client: 1, op: "put", key: "x", value: 2, outcome: "failed" }),
    ].join("\n")
    expect(read(text, "key-value")).toMatchObject([2, [{ input: { value: "1" } }]])
  })

  test("a read shows what was there, if it tells, and nothing else does", () => {
    const observed = (op: "get" | "put", value: string | null | undefined) =>
      keyValueObject.observed!(op === "get" ? { op, key: "x" } : { op, key: "x", value: "1" }, { done: true, value })
    expect([observed("get", "1"), observed("get", null), observed("get", undefined), observed("put", "1")]).toEqual([
      ["1"],
      [null],
      [],
      [],
    ])
  })
})

describe("linearizations to look at", () => {
  const operation = (op: "put" | "get", value: string, call: number, end: number) =>
    ({
      client: 0,
      input: op === "put" ? { op, key: "x", value } : { op, key: "x" },
      output: { done: true, value: op === "get" ? value : undefined },
      call,
      return: end,
    }) as const

  test("the complete one, alone, where there is one", () => {
    const [write, read] = [operation("put", "1", 0, 10), operation("get", "1", 5, 20)]
    expect(findLinearizations(keyValueModel, [write, read], 1_000)).toEqual({
      isLinearizable: true,
      sequences: [[write, read]],
    })
  })

  test("else the longest partial ones, which have as many operations as can be, the longest first", () => {
    const one = operation("put", "1", 0, 10)
    const two = operation("put", "2", 0, 10)
    const both = [operation("get", "1", 11, 30), operation("get", "2", 11, 30)]
    const found = findLinearizations(keyValueModel, [one, two, ...both], 1_000)
    expect(found.isLinearizable).toBe(false)
    expect(found.sequences.map(({ length }) => length)).toEqual([3, 3])
    expect(new Set(found.sequences.flat())).toEqual(new Set([one, two, ...both]))
    expect(findLinearizations(keyValueModel, [one, two, ...both], 1).isLinearizable).toBe(undefined)
  })
})
