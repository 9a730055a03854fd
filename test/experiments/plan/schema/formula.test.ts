import { describe, expect, test } from "vitest"
import { evaluate, parseCounts, parseFormula } from "../../../../experiments/plan/schema/formula.ts"

describe("formulas", () => {
  test.each([
    ["5", 5],
    [5, 5],
    ["2f+1", 7],
    ["3f+1", 10],
    ["3*f + 1", 10],
    ["f", 3],
    ["n", 20],
    ["n-1", 19],
    ["n - f - 2", 15],
    ["f+f", 6],
    ["-1", -1],
  ])("%s is %i with f = 3 and n = 20", (written, value) => {
    expect(evaluate(parseFormula(written)!, { f: 3, n: 20 })).toBe(value)
  })

  test.each(["", " ", "2g+1", "f f", "f1", "2..3", "1.5", "f+", "+", "f/2", 1.5, true, null, {}])(
    "%j is no formula",
    written => {
      expect(parseFormula(written)).toBeUndefined()
    },
  )

  test("has no value if it refers to a size that is not given", () => {
    expect(evaluate(parseFormula("2f+1")!, { n: 5 })).toBeUndefined()
    expect(evaluate(parseFormula("n-1")!, { f: 5 })).toBeUndefined()
  })
})

describe("ranges", () => {
  test("have a first and a last count", () => {
    const { from, to } = parseCounts("0..f+1")!
    expect([evaluate(from, { f: 2 }), evaluate(to, { f: 2 })]).toEqual([0, 3])
  })

  test.each(["0..", "..3", "1..2..3", "a..b"])("%s is no range", written => {
    expect(parseCounts(written)).toBeUndefined()
  })
})
