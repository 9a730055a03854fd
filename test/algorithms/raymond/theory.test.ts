// Closed forms of Raymond's tree, and the trees themselves.
import { expect, test } from "vitest"
import { theory } from "../../../algorithms/raymond/theory.ts"
import { neighboursOf, parentOf } from "../../../algorithms/raymond/tree.ts"
import { capacitiesOf, loadWith, messagesOf, waitsOf } from "../../support/setting.ts"

test("4(n-1)/n messages, and S + 2d(n-1)/n from one entry to the next, under full contention", () => {
  expect(messagesOf(theory, 5)).toEqual([["4(n-1)/n", 3.2]])
  expect(waitsOf(theory, loadWith({}))).toEqual([["n (S + 2d(n-1)/n) - S", 5 * 18_000 - 10_000]])
  expect(capacitiesOf(theory, loadWith({ delay: 12_500 }))).toEqual([["1 / (S + 2d(n-1)/n)", 1e6 / 30_000]])
})

test("a line, a star and a binary tree", () => {
  const parents = (tree: "line" | "star" | "binary") => [1, 2, 3, 4, 5, 6].map(id => parentOf(id, tree))
  expect([parents("line"), parents("star"), parents("binary")]).toEqual([
    [0, 1, 2, 3, 4, 5],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 1, 1, 2, 2],
  ])
  const neighbours = (tree: "line" | "star" | "binary") => [0, 1, 2, 3].map(id => neighboursOf(id, 4, tree))
  expect([neighbours("line"), neighbours("star"), neighbours("binary")]).toEqual([
    [[1], [0, 2], [1, 3], [2]],
    [[1, 2, 3], [0], [0], [0]],
    [[1, 2], [0, 3], [0], [1]],
  ])
})
