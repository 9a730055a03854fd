// What is read from a log (§5.3, §5.4.1), and who decides under a configuration (§6).
import { describe, expect, test } from "vitest"
import {
  backtrack,
  conflictAt,
  contains,
  entriesFrom,
  isUpToDate,
  lastLogIndex,
  lastLogTerm,
  termAt,
} from "../../../algorithms/raft/log.ts"
import { agreedOn, agrees, isVoter, peersOf, sameMembers } from "../../../algorithms/raft/membership.ts"
import type { Configuration, Disk } from "../../../algorithms/raft/types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../../services/replicated-log/machine.ts"
import { entriesOf } from "./support.ts"

describe("the log after a snapshot of four entries", () => {
  const disk: Disk = {
    currentTerm: 9,
    votedFor: null,
    snapshot: {
      lastIncludedIndex: 4,
      lastIncludedTerm: 2,
      configuration: { type: "Configuration", members: [0, 1, 2], next: null },
      machine: emptyMachine(),
    },
    // Entries 5 to 9.
    log: entriesOf([2, 4, 4, 4, 6], 5),
  }

  test("ends where it ends, or if it is empty where the snapshot does", () => {
    expect([lastLogIndex(disk), lastLogTerm(disk)]).toEqual([9, 6])
    const empty = { ...disk, log: [] }
    expect([lastLogIndex(empty), lastLogTerm(empty)]).toEqual([4, 2])
  })

  test("has terms from the last included entry on, and asks for no others", () => {
    expect([4, 5, 6, 9].map(index => termAt(disk, index))).toEqual([2, 2, 4, 6])
    for (const index of [3, 10]) expect(() => termAt(disk, index)).toThrow("the log holds the entry asked for")
  })

  test("contains what it holds, and all that the snapshot stands for", () => {
    const found = [3, 4, 5, 6, 9, 10].map(index => [2, 4].map(term => contains(disk, index, term)))
    expect(found).toEqual([
      [true, true],
      [true, false],
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ])
  })

  test("gives entries by their index, no more than asked for", () => {
    expect(entriesFrom(disk, 5, 2).map(({ index }) => index)).toEqual([5, 6])
    expect(entriesFrom(disk, 9, 2).map(({ index }) => index)).toEqual([9])
    expect(entriesFrom(disk, 10, 2)).toEqual([])
  })

  test.each([
    [10, 6, true],
    [9, 6, true],
    [8, 6, false],
    [1, 7, true],
    [99, 5, false],
  ])("a log that ends with entry %i of term %i is as up to date (§5.4.1): %s", (index, term, expected) => {
    expect(isUpToDate(disk, index, term)).toBe(expected)
  })

  test.each([
    [10, { term: 0, index: 10 }],
    [9, { term: 6, index: 9 }],
    [8, { term: 4, index: 6 }],
    [6, { term: 4, index: 6 }],
    [5, { term: 2, index: 5 }],
  ])("refuses entry %i with the first index of the term it has there: %j", (index, conflict) => {
    expect(conflictAt(disk, index)).toEqual(conflict)
  })

  test.each([
    ["a log that ends before", 8, { term: 0, index: 3 }, 3],
    ["a term that the leader has: after its last entry of it", 9, { term: 4, index: 1 }, 9],
    ["a term that the leader has not: where the follower has it first", 9, { term: 5, index: 7 }, 7],
    ["the term of the snapshot's last entry", 7, { term: 2, index: 1 }, 6],
    ["a term before the snapshot", 7, { term: 1, index: 2 }, 2],
    ["an entry that the leader has dropped since", 3, { term: 1, index: 2 }, 2],
  ])("tells the leader how far to go back for %s", (_, refused, conflict, next) => {
    expect(backtrack(disk, refused, conflict)).toBe(next)
  })
})

describe("under a configuration", () => {
  const simple: Configuration = { type: "Configuration", members: [0, 1, 2], next: null }
  const joint: Configuration = { type: "Configuration", members: [0, 1, 2], next: [2, 3, 4] }

  test("a majority decides, of both where it is joint", () => {
    const granted = (...servers: readonly NodeId[]): boolean[] => [0, 1, 2, 3, 4].map(id => servers.includes(id))
    expect(agrees(simple, granted(0, 1))).toBe(true)
    expect(agrees(simple, granted(0, 3, 4))).toBe(false)
    expect(agrees(joint, granted(0, 1, 3))).toBe(false)
    expect(agrees(joint, granted(0, 3, 4))).toBe(false)
    expect(agrees(joint, granted(0, 2, 4))).toBe(true)
  })

  test.each([
    [simple, [5, 7, 1, 9, 9], 0, 5],
    [joint, [5, 7, 1, 9, 9], 0, 5],
    [joint, [5, 7, 1, 3, 2], 0, 2],
    [joint, [5, 7, 1, 3, 2], 2, 2],
    [simple, [5, 7, 1, 3, 2], 6, 6],
  ])("%j those who have reached %j agree, from %i on, on %i", (configuration, reached, floor, agreed) => {
    expect(agreedOn(configuration, reached, floor)).toBe(agreed)
  })

  test("servers of either part vote, and all others are peers, in their order", () => {
    expect([0, 2, 3, 5].map(server => isVoter(joint, server))).toEqual([true, true, true, false])
    expect([0, 3].map(server => isVoter(simple, server))).toEqual([true, false])
    expect(peersOf(1, joint)).toEqual([0, 2, 3, 4])
    expect(peersOf(3, simple, [5, 4])).toEqual([0, 1, 2, 4, 5])
  })

  test("members are the same in whatever order", () => {
    expect(sameMembers([0, 1, 2], [2, 0, 1])).toBe(true)
    expect(sameMembers([0, 1], [0, 1, 2])).toBe(false)
    expect(sameMembers([0, 1, 3], [0, 1, 2])).toBe(false)
  })
})
