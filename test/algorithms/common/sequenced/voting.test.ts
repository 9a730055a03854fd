/** The voter: which result a client gets, from the answers of replicas alone. */
import { describe, expect, test } from "vitest"
import { wrongOf } from "../../../../algorithms/common/sequenced/types.ts"
import { agreedResult, neededAnswers } from "../../../../algorithms/common/sequenced/voting.ts"

const said = (...values: readonly (string | null)[]) =>
  values.map((value, from) => ({ from, result: { done: true, value } }))

test("f of n = 2f+1 may be wrong; of an even number, no more than of one less", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 9].map(wrongOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 4])
})

test("one answer is enough where replicas only crash, f+1 have to match where f are wrong", () => {
  expect([1, 2, 3, 4, 5, 7].map(n => neededAnswers("first", n))).toEqual([1, 1, 1, 1, 1, 1])
  expect([1, 2, 3, 4, 5, 7].map(n => neededAnswers("matching", n))).toEqual([1, 1, 2, 2, 3, 4])
})

describe("a result is agreed", () => {
  test("once as many replicas as needed give it, whatever the others say", () => {
    expect(agreedResult([], 1)).toBeUndefined()
    expect(agreedResult(said("a"), 1)).toEqual({ done: true, value: "a" })
    expect(agreedResult(said("a", "b"), 2)).toBeUndefined()
    expect(agreedResult(said("a", "b", "b"), 2)).toEqual({ done: true, value: "b" })
    expect(agreedResult(said(null, "b", null), 2)).toEqual({ done: true, value: null })
  })

  test("by whether it was done, too", () => {
    const [a, b] = [{ from: 0, result: { done: true, value: "a" } }, { from: 1, result: { done: false, value: "a" } }] // biome-ignore format: a pair
    expect(agreedResult([a, b], 2)).toBeUndefined()
  })

  test("with f wrong answers of 2f+1 it is the right one, in whatever order they come, and with f+1 a wrong one may be", () => {
    for (const f of [1, 2, 3]) {
      const n = 2 * f + 1
      for (let first = 0; first < n; first++) {
        const values = Array.from({ length: n }, (_, i) => ((i + first) % n < f ? "wrong" : "right"))
        expect(agreedResult(said(...values), f + 1)?.value).toBe("right")
        const worse = Array.from({ length: n }, (_, i) => ((i + first) % n <= f ? "wrong" : "right"))
        expect(agreedResult(said(...worse), f + 1)?.value).toBe("wrong")
      }
    }
  })
})
