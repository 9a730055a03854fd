import { describe, expect, it } from "vitest"
import { draw, isHarmless, type RoomScore, scoreOf, scoreOfAll, shown, summaryPage } from "./score.ts"

const mutants = Array.from({ length: 40 }, (_, line) => ({
  file: "algorithms/bully/bully.ts",
  location: { start: { line, column: 1 }, end: { line, column: 9 } },
  mutatorName: "BooleanLiteral",
  replacement: "true",
}))
const lines = (sample: typeof mutants): number[] => sample.map(({ location }) => location.start.line)
const drawn = (seed: number, of = mutants) => lines(draw(of, { size: 10, seed }, ({ file }) => file))

function room(
  killed: number,
  survived: number,
  sample?: { readonly mutants: number; readonly seed: number },
): RoomScore {
  const files = { "runtime/lib/own.ts": { killed, timedOut: 0, harmless: 3, survived } }
  return { mutants: killed + survived + 3, ...sample, files }
}

describe("a draw", () => {
  it("depends on the seed and on the mutants, not on their order", () => {
    expect(drawn(1)).toHaveLength(10)
    expect(drawn(1)).toEqual(drawn(1, mutants.toReversed()))
    expect(drawn(2)).not.toEqual(drawn(1))
  })

  it("from fewer mutants has all of its that are left", () => {
    const kept = mutants.filter(({ location }) => location.start.line % 2 === 0)
    expect(drawn(1, kept)).toEqual(expect.arrayContaining(drawn(1).filter(line => line % 2 === 0)))
  })
})

describe("a score", () => {
  it("leaves out what is harmless, and counts what timed out as not killed", () => {
    expect(scoreOf(room(9, 1)).value).toBeCloseTo(90)
    const files = { "runtime/lib/own.ts": { killed: 9, timedOut: 1, harmless: 0, survived: 0 } }
    expect(scoreOf({ mutants: 10, files }).value).toBeCloseTo(90)
  })

  it("is exact where all mutants were tried, and has Wilson's interval where a sample was", () => {
    expect(scoreOf(room(80, 20))).toEqual({ value: 80, low: 80, high: 80 })
    const { low, high } = scoreOf(room(80, 20, { mutants: 1_000, seed: 1 }))
    expect(low).toBeCloseTo(71.1, 1)
    expect(high).toBeCloseTo(86.7, 1)
  })

  it("of several rooms has the weight of their mutants", () => {
    const small = room(50, 50, { mutants: 100, seed: 1 })
    const large = room(90, 10, { mutants: 900, seed: 1 })
    const { value, low, high } = scoreOfAll([small, large])
    expect(value).toBeCloseTo(86)
    expect(low).toBeGreaterThan(scoreOf(large).low - 5)
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
    expect(scoreOfAll([room(3, 1), room(3, 1)])).toEqual({ value: 75, low: 75, high: 75 })
  })

  it("of nothing tried is known only where there is nothing", () => {
    expect(scoreOf({ mutants: 0, files: {} })).toEqual({ value: 100, low: 100, high: 100 })
    expect(scoreOf({ mutants: 9, seed: 1, files: {} })).toEqual({ value: 100, low: 0, high: 100 })
  })
})

it("shows a mutant by the lines that it changes", () => {
  const place = { start: { line: 2, column: 5 }, end: { line: 3, column: 4 } }
  expect(shown("one\n  a(b,\n  c) + d\n", place, "0")).toEqual({ original: "a(b, c) + d", mutated: "a(0) + d" })
})

it("excuses only what is listed, line for line", () => {
  const listed = { file: "a.ts", original: "x < y", mutated: "x <= y" }
  const mutant = { ...listed, line: 1, mutator: "EqualityOperator", status: "Survived" }
  const list = [{ ...listed, why: "They are never equal." }]
  expect(isHarmless(list, mutant)).toBe(true)
  expect(isHarmless(list, { ...mutant, mutated: "x >= y" })).toBe(false)
  expect(isHarmless(list, { ...mutant, file: "b.ts" })).toBe(false)
})

it("the page says which rooms are samples, of how many, and which are missing", () => {
  const page = summaryPage({
    "runtime/lib": room(80, 20, { mutants: 1_000, seed: 7 }),
    "services/agreement": room(9, 1),
  })
  expect(page).toContain("| runtime/lib | 1000 | 7 | 103 | 80 | 0 | 3 | 20 | 80.0 % | 71.1 to 86.6 % |")
  expect(page).toContain("| services/agreement | 13 |  | 13 | 9 | 0 | 3 | 1 | 90.0 % |  |")
})
