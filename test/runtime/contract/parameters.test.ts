import { describe, expect, test } from "vitest"
import { expectedOf, number, resolveParameters } from "../../../runtime/contract/parameters.ts"

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
