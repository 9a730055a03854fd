// New ids for nodes in plain data: renaming and renaming back gives what was there.
import { expect, test } from "vitest"
import { renamed } from "../../../runtime/contract/symmetry.ts"

const FIELDS = { ids: ["leader", "queue", "leaderOf"], groups: ["members"], byId: ["votes", "beliefs"] }
const ORDER = [2, 0, 1]

const value = {
  leader: 0,
  term: 1,
  queue: [1, 0],
  members: [0, 1],
  votes: [true, false, null],
  leaderOf: new Map([[7, 2]]),
  beliefs: new Map([[1, { leader: 2, term: 2 }]]),
  deep: [{ leader: null }, { leader: new Set([1, 2]) }],
}

test("ids, lists, groups and entries by id change, and nothing else", () => {
  expect(renamed(value, FIELDS, node => ORDER[node]!)).toEqual({
    leader: 2,
    term: 1,
    queue: [0, 2],
    members: [0, 2],
    votes: [false, null, true],
    leaderOf: new Map([[7, 1]]),
    beliefs: new Map([[0, { leader: 1, term: 2 }]]),
    deep: [{ leader: null }, { leader: new Set([0, 1]) }],
  })
})

test("and back again", () => {
  const there = renamed(value, FIELDS, node => ORDER[node]!)
  expect(renamed(there, FIELDS, node => ORDER.indexOf(node))).toEqual(value)
})

test("a group that is in no order is none", () => {
  expect(() => renamed({ members: [1, 0] }, FIELDS, node => node)).toThrow("in no order")
})
