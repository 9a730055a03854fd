// Majorities: the arithmetic against its definition.
import { describe, expect, test } from "vitest"
import { isMajority, majority, majorityReached } from "../../../algorithms/common/quorum.ts"
import { Random } from "../../../runtime/lib/random.ts"

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [6, 4],
  [7, 4],
  [9, 5],
])("a majority of %i is %i", (size, least) => {
  expect(majority(size)).toBe(least)
})

describe("votes", () => {
  test("only a yes counts: no answer and no are no votes", () => {
    expect(isMajority([true, true, null, false, null], [0, 1, 2, 3, 4])).toBe(false)
    expect(isMajority([true, true, null, false, true], [0, 1, 2, 3, 4])).toBe(true)
  })

  test("half of an even group is no majority", () => {
    expect(isMajority([true, true, false, false], [0, 1, 2, 3])).toBe(false)
  })

  test("only members count", () => {
    expect(isMajority([true, true, true, false, false], [2, 3, 4])).toBe(false)
    expect(isMajority([false, false, true, true, false], [2, 3, 4])).toBe(true)
  })
})

describe("what a majority has reached", () => {
  test.each([
    [[5, 5, 3, 2, 1], 0, 3],
    [[10, 10, 9, 5, 5], 5, 9],
    [[7, 0, 0, 0, 0], 0, 0],
    [[7, 7, 7, 7, 7], 0, 7],
    [[4, 4, 4], 6, 6],
    [[3, 2], 0, 2],
    [[8], 2, 8],
  ])("of %j from %i on is %i", (reached, floor, expected) => {
    expect(
      majorityReached(
        reached,
        reached.map((_, member) => member),
        floor,
      ),
    ).toBe(expected)
  })

  test("is the majority-th largest number, whatever the numbers (2,000 random groups)", () => {
    const seed = 20260101
    const random = new Random(seed)
    for (let round = 0; round < 2_000; round++) {
      const size = random.integer(1, 9)
      const reached = Array.from({ length: 9 }, () => random.integer(0, 12))
      const members = random.choose(size, 9)
      const floor = random.integer(0, 12)
      const sorted = members.map(member => reached[member]!).toSorted((a, b) => b - a)
      const expected = Math.max(floor, sorted[majority(size) - 1]!)
      expect(majorityReached(reached, members, floor), `seed ${seed}, round ${round}`).toBe(expected)
    }
  })
})
