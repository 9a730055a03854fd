// Rings: the orders of their members, and who follows whom.
import { expect, test } from "vitest"
import { arrangeRing, successorsOf } from "../../../algorithms/common/ring.ts"

test("increasing, decreasing, and shuffled by a seed: all members once", () => {
  expect(arrangeRing(4, { order: "increasing", arrangement: 7 })).toEqual([0, 1, 2, 3])
  expect(arrangeRing(4, { order: "decreasing", arrangement: 7 })).toEqual([3, 2, 1, 0])
  const shuffled = [1, 2, 3].map(arrangement => arrangeRing(8, { order: "shuffled", arrangement }))
  for (const ring of shuffled) expect(ring.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(new Set(shuffled.map(ring => ring.join())).size).toBe(3)
})

test("numbered: all n! arrangements in lexicographic order, and from the first one again", () => {
  const of = (size: number, arrangement: number) => arrangeRing(size, { order: "numbered", arrangement }).join("")
  expect([0, 1, 2, 3, 4, 5, 6].map(arrangement => of(3, arrangement))).toEqual([
    "012",
    "021",
    "102",
    "120",
    "201",
    "210",
    "012",
  ])
  const all = Array.from({ length: 24 }, (_, arrangement) => of(4, arrangement))
  expect([all[0], all[9], all[23], new Set(all).size]).toEqual(["0123", "1230", "3210", 24])
  expect(all.toSorted()).toEqual(all)
})

test("the successors of a member: from the one after it round to itself", () => {
  expect(successorsOf(2, [0, 2, 1, 3])).toEqual([1, 3, 0, 2])
  expect(successorsOf(3, [0, 2, 1, 3])).toEqual([0, 2, 1, 3])
  expect(successorsOf(0, [0])).toEqual([0])
})
