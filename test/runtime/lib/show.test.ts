// What is shown of errors and states: short, on any input, and without characters that a terminal obeys.
import { expect, test } from "vitest"
import { shortened, showControls, showError, showState } from "../../../runtime/lib/show.ts"

test.each<[string, unknown, string]>([
  ["an error", new Error("no"), "no"],
  ["a word", "no", "no"],
  ["nothing", undefined, "undefined"],
  ["a symbol", Symbol("no"), "Symbol(no)"],
  ["an object", { a: 1 }, '{"a":1}'],
  ["an object without a prototype", Object.create(null), "{}"],
])("what was thrown: %s", (_, thrown, shown) => {
  expect(showError(thrown)).toBe(shown)
})

test("what was thrown, and cannot be asked for a message", () => {
  const hostile = new Error("no")
  Object.defineProperty(hostile, "message", {
    get() {
      throw new Error("never")
    },
  })
  expect(showError(hostile)).toBe("an error that cannot be shown")
  expect(showError(Object.assign(new Error("no"), { message: { a: 1 } }))).toBe('{"a":1}')
})

test("texts of any length are cut", () => {
  const long = "x".repeat(10_000_000)
  for (const text of [shortened(long), showError(new Error(long)), showError(long), showState({ long })]) {
    expect(text).toHaveLength(4_003)
    expect(text.endsWith("...")).toBe(true)
  }
  expect(shortened("short")).toBe("short")
})

test("control characters are written as JSON escapes them", () => {
  expect(showControls("a\u001B\u009B\u202E\tb\n")).toBe(`a${String.raw`\u001b\u009b\u202e`}\tb\n`)
})

test("collections are shown as JSON has them, and cut", () => {
  const state = { map: new Map([["a", new Set([1, 2])]]), list: [3] }
  expect(showState(state)).toBe('{"map":{"a":[1,2]},"list":[3]}')
  const many = Array.from({ length: 300 }, (_, i) => i)
  const shown = showState({ map: new Map(many.map(i => [i, 0])), set: new Set(many), list: many })
  const { map, set, list } = JSON.parse(shown) as { map: object; set: number[]; list: number[] }
  expect([Object.keys(map).length, set.length, list.length]).toEqual([200, 200, 200])
  const round: { self?: object } = {}
  round.self = round
  expect(showState(round)).toMatch(/^cannot be shown: /)
})
