/** Tables: draws of delays, names by index, places found by halving, and entries under keys that somebody wrote. */
import { describe, expect, it } from "vitest"
import { DelayTable } from "../../../runtime/lib/delay-table.ts"
import { NameIndex } from "../../../runtime/lib/name-index.ts"
import { own } from "../../../runtime/lib/own.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { firstWhere } from "../../../runtime/lib/search.ts"

const bitsOf = (share: number): number => Math.floor(share * 2 ** 32)

describe("a table of delays", () => {
  it("gives each share of the bits its quantile, in its body and in its tail", () => {
    const table = new DelayTable(share => 1_000_000 * share)
    for (const share of [0, 0.1, 0.25, 0.5001, 0.9, 0.999, 0.9999, 0.99999]) {
      expect(Math.abs(table.draw(bitsOf(share)) - 1_000_000 * share)).toBeLessThanOrEqual(1)
    }
    expect(table.constant).toBe(-1)
  })

  it("follows a heavy tail where the body ends", () => {
    const table = new DelayTable(share => 1_000 / (1 - share))
    for (const share of [0.9, 0.9999, 0.99999]) {
      expect(table.draw(bitsOf(share)) / (1_000 / (1 - share))).toBeCloseTo(1, 1)
    }
  })

  it("of one delay draws nothing", () => {
    const table = new DelayTable(7)
    expect([table.constant, table.draw(0), table.draw(bitsOf(0.9999))]).toEqual([7, 7, 7])
    expect(new DelayTable(0).draw(5)).toBe(0)
  })
})

it("a name is found by its index, again and in turn with others; one that is not there is -1", () => {
  const names = new NameIndex(["a", "b", "c"])
  expect(["c", "c", "a", "none", "none", "b"].map(name => names.of(name))).toEqual([2, 2, 0, -1, -1, 1])
})

it("the first place at which a condition holds is found wherever it is", () => {
  for (let count = 0; count < 9; count++) {
    for (let first = 0; first <= count; first++) expect(firstWhere(count, place => place >= first)).toBe(first)
  }
})

it("what every object has is no entry of a table", () => {
  expect(["a", "b", "toString", "__proto__"].map(key => own({ a: 1 }, key))).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ])
})

it("chances of 0 and 1 are certain, others happen as often as they say", () => {
  const random = new Random(3)
  const share = (probability: number): number =>
    Array.from({ length: 2_000 }, () => random.chance(probability)).filter(Boolean).length / 2_000
  expect([share(0), share(1)]).toEqual([0, 1])
  expect(share(0.2)).toBeCloseTo(0.2, 1)
  const before = new Random(3)
  before.chance(0)
  expect(before.next()).toBe(new Random(3).next())
})
