/** State intervals of optimistic logging (Strom and Yemini 1985, §3). */
import { expect, test } from "vitest"
import { isKnown, isLost, isOrphan, isStable, merged } from "../../../algorithms/optimistic-logging/intervals.ts"

const at = (incarnation: number, index: number) => ({ incarnation, index })
/** Process 0: incarnation 1 began after interval 4, and incarnation 2 after interval 2. */
const ENDINGS = [[at(1, 4), at(2, 2)], []]

test.each([
  [at(0, 2), false],
  [at(0, 3), true],
  [at(1, 2), false],
  [at(1, 3), true],
  [at(2, 9), false],
])("%j is lost: %s", (interval, lost) => {
  expect(isLost(ENDINGS, 0, interval)).toBe(lost)
  expect(isLost(ENDINGS, 1, interval)).toBe(false)
  expect(isOrphan(ENDINGS, [interval, at(0, 0)])).toBe(lost)
})

test("a vector takes the later interval of each process, an incarnation before an index", () => {
  expect(merged([at(0, 9), at(2, 1)], [at(1, 3), at(1, 7)])).toEqual([at(1, 3), at(2, 1)])
})

test("an incarnation whose beginning is yet to be learnt is not known", () => {
  expect(isKnown(ENDINGS, [at(2, 5), at(0, 3)])).toBe(true)
  expect(isKnown(ENDINGS, [at(3, 5), at(0, 3)])).toBe(false)
  expect(isKnown(ENDINGS, [at(2, 5), at(1, 3)])).toBe(false)
})

test.each([
  ["one up to the latest on the disk", at(2, 3), at(2, 4), true],
  ["one after it", at(2, 5), at(2, 4), false],
  ["one of an earlier incarnation that is not lost", at(0, 2), at(2, 2), true],
  ["one that is lost", at(1, 3), at(2, 4), false],
  ["the first, before any message", at(0, 0), at(0, 0), true],
  ["the first of an incarnation, before any message", at(1, 0), at(0, 4), true],
])("stable: %s", (_, interval, latest, expected) => {
  expect(isStable(ENDINGS, 0, interval, latest)).toBe(expected)
})
