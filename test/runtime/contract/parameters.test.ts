import { describe, expect, test } from "vitest"
import {
  choice,
  duration,
  expectedOf,
  flag,
  integer,
  number,
  type Parameter,
  rate,
  readParameter,
  resolveParameters,
  share,
  size,
} from "../../../runtime/contract/parameters.ts"

describe("a plain number", () => {
  const declared = { skew: number(0, "The exponent.", { max: 10 }) }
  const read = (written: unknown) => resolveParameters(declared, { skew: written }, 0)

  test("may have decimals, and has the range it declares", () => {
    expect(read(0.99)).toEqual({ values: { skew: 0.99 } })
    expect(read(10)).toEqual({ values: { skew: 10 } })
    for (const wrong of [-1, 10.5, Number.NaN, Infinity, "0.99", "1s", true]) {
      expect(read(wrong)).toEqual({ problems: [{ name: "skew", found: wrong, expected: expectedOf(declared.skew) }] })
    }
    expect(expectedOf(declared.skew)).toBe("a number, from 0 to 10")
  })

  test("that is not given is the default", () => {
    expect(resolveParameters(declared, {}, 0)).toEqual({ values: { skew: 0 } })
  })
})

describe("what is written is read by kind", () => {
  const one = (parameter: Parameter, ...written: readonly unknown[]) =>
    written.map(value => readParameter(parameter, value, 10))
  const nothing = undefined

  test.each<[string, Parameter, readonly unknown[], readonly unknown[]]>([
    ["flags", flag(false, "x"), [true, false, "true", 1], [true, false, nothing, nothing]],
    [
      "choices",
      choice(["a", "2", "true"], "a", "x"),
      ["a", 2, true, "b", null, ["a"]],
      ["a", "2", "true", nothing, nothing, nothing],
    ],
    [
      "integers",
      integer(1, "x", { min: 1, max: 5 }),
      [1, 5, 0, 6, 1.5, "3"],
      [1, 5, nothing, nothing, nothing, nothing],
    ],
    ["shares", share("10%", "x"), ["10%", 0.5, 1, 1.5, "5ms", true], [0.1, 0.5, 1, nothing, nothing, nothing]],
    ["durations", duration("1s", "x"), ["2s", "3d", 5, "10%", {}], [2_000_000, 30, nothing, nothing, nothing]],
    ["rates", rate("1/s", "x"), ["100/s", 100, "2s"], [100, nothing, nothing]],
    ["sizes", size("1KiB", "x"), ["2KiB", 2, "2s"], [2_048, nothing, nothing]],
  ])("%s", (_, parameter, written, read) => {
    expect(one(parameter, ...written)).toEqual(read)
  })
})
