/** Maekawa's quorums: any two meet, on planes in one node, and all nodes work alike. */
import { describe, expect, it } from "vitest"
import { type Construction, DIFFERENCE_SETS, quorumOf } from "../../../algorithms/maekawa/quorums.ts"
import { theory } from "../../../algorithms/maekawa/theory.ts"

const ids = (size: number): number[] => Array.from({ length: size }, (_, id) => id)
const quorumsOf = (size: number, construction: Construction) => ids(size).map(id => quorumOf(id, size, construction))

it.each(DIFFERENCE_SETS.map(set => [set.join(), set] as const))("{%s} is a perfect difference set", (_, set) => {
  const points = set.length * (set.length - 1) + 1
  const differences = set.flatMap(a => set.filter(b => b !== a).map(b => (a - b + points) % points))
  expect(differences.toSorted((a, b) => a - b)).toEqual(ids(points).slice(1))
})

describe.each(["plane", "grid"] as const)("a %s", construction => {
  it("has for every number of nodes quorums of which any two meet, and each has its own node", () => {
    for (let size = 1; size <= 100; size++) {
      const quorums = quorumsOf(size, construction)
      for (const [id, quorum] of quorums.entries()) {
        expect(quorum).toContain(id)
        expect(quorum.every(member => member >= 0 && member < size)).toBe(true)
        const meets = (other: readonly number[]): boolean => other.some(member => quorum.includes(member))
        expect(quorums.every(meets), `${id} of ${size}`).toBe(true)
      }
    }
  })
})

it.each([
  ["plane", 3, 2],
  ["plane", 7, 3],
  ["plane", 13, 4],
  ["plane", 21, 5],
  ["plane", 31, 6],
  ["grid", 4, 3],
  ["grid", 9, 5],
  ["grid", 16, 7],
  ["grid", 25, 9],
] as const)("a %s of %i nodes has quorums of K = %i, and each node is in K of them", (construction, size, k) => {
  const quorums = quorumsOf(size, construction)
  expect(quorums.every(({ length }) => length === k)).toBe(true)
  for (const id of ids(size)) expect(quorums.filter(quorum => quorum.includes(id))).toHaveLength(k)
})

it("a request, a lock and a release for each other member of the quorum, of a plane and of a grid", () => {
  const [plane, grid] = theory.messages!
  expect([3, 7, 13].map(n => plane!.messages(n, {}, {}))).toEqual([3, 6, 9])
  expect([4, 9, 16].map(n => grid!.messages(n, {}, {}))).toEqual([6, 12, 18])
})

it.each([3, 7, 13, 21, 31, 57, 73, 91])("any two quorums of a plane of %i nodes have one node in common", size => {
  const quorums = quorumsOf(size, "plane")
  for (const [id, quorum] of quorums.entries()) {
    for (const other of quorums.slice(id + 1)) expect(other.filter(member => quorum.includes(member))).toHaveLength(1)
  }
})
