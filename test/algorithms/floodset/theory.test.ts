// Closed forms of FloodSet, and how many crashes a parameter means.
import { expect, test } from "vitest"
import { crashesToWithstand } from "../../../algorithms/floodset/floodset.ts"
import { theory } from "../../../algorithms/floodset/theory.ts"

test("(f+1) n(n-1) messages with f a minority; 2n(n-1) where all decide early, of which two nodes need one round", () => {
  const of = (n: number) => theory.messages!.map(({ messages }) => messages(n, {}, {}))
  expect([1, 2, 3, 4, 5].map(of)).toEqual([
    [0, 0],
    [2, 2],
    [12, 12],
    [24, 24],
    [60, 40],
  ])
})

test("a minority, all but one, or a number", () => {
  expect([1, 2, 3, 4, 5].map(n => crashesToWithstand("minority", n))).toEqual([0, 0, 1, 1, 2])
  expect([1, 2, 5].map(n => crashesToWithstand("all-but-one", n))).toEqual([0, 1, 4])
  expect([crashesToWithstand("0", 5), crashesToWithstand("3", 5)]).toEqual([0, 3])
})
