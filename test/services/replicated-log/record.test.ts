// The record of the log as nodes first executed it: what is known of each index, and how far each node has come.
import { describe, expect, test } from "vitest"
import type { Command } from "../../../services/replicated-log/command.ts"
import {
  differenceInWords,
  type Entry,
  inWords,
  isForgotten,
  isRepeated,
  type LogRecord,
  nameAt,
  nameOf,
  newRecord,
  recordCrash,
  recordEntry,
  recordProgress,
  recordRestored,
} from "../../../services/replicated-log/record.ts"

const put = (session: number, sequence: number): Command => {
  return { type: "Command", session, sequence, operation: { op: "put", key: "k", value: "v" } }
}

/** Lets a node execute an entry. */
function executed(log: LogRecord, node: number, index: number, command: Command | null): Entry {
  const expected = recordProgress(log, node, index)
  const entry: Entry = {
    type: "executed",
    node,
    index,
    command,
    chosen: undefined,
    at: 0,
    expected,
    standing: "forgotten",
    isNewest: true,
  }
  recordEntry(log, entry)
  return entry
}

describe("the standing of an entry", () => {
  test("is first, same, or different by what was reported at its index", () => {
    const log = newRecord(3)
    expect(executed(log, 0, 1, put(1, 1))).toMatchObject({ standing: "first", isNewest: true, expected: 1 })
    expect(executed(log, 1, 1, put(1, 1))).toMatchObject({ standing: "same", isNewest: false, expected: 1 })
    expect(executed(log, 2, 1, put(2, 1)).standing).toBe("different")
    expect(executed(log, 2, 1, put(1, 2)).standing).toBe("different")
    expect(executed(log, 2, 1, null).standing).toBe("different")
    expect(executed(log, 0, 2, null)).toMatchObject({ standing: "first", isNewest: false, expected: 2 })
    expect(executed(log, 1, 2, null)).toMatchObject({ standing: "same", isNewest: false })
  })

  test("is first, too, where an index is learnt late", () => {
    const log = newRecord(2)
    executed(log, 0, 4, put(1, 4))
    expect(log).toMatchObject({ top: 4, firstUnreported: 1 })
    expect([1, 2, 3].map(index => nameAt(log, index))).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(executed(log, 1, 2, put(2, 2)).standing).toBe("first")
    expect(log.firstUnreported).toBe(1)
    expect(executed(log, 1, 1, put(2, 1))).toMatchObject({ standing: "first", isNewest: false })
    expect(log.firstUnreported).toBe(3)
    expect(executed(log, 1, 3, null).standing).toBe("first")
    expect(log.firstUnreported).toBe(5)
    expect(executed(log, 0, 3, null).standing).toBe("same")
  })

  test("is forgotten a million indices later, and not before", () => {
    const log = newRecord(2)
    const ring = 2 ** 20
    for (let index = 1; index <= ring; index++) executed(log, 0, index, put(1, index))
    expect([isForgotten(log, 1), executed(log, 1, 1, put(1, 1)).standing]).toEqual([false, "same"])
    executed(log, 0, ring + 1, null)
    expect([isForgotten(log, 1), isForgotten(log, 2)]).toEqual([true, false])
    expect([executed(log, 1, 1, put(1, 1)).standing, executed(log, 1, 2, put(1, 2)).standing]).toEqual([
      "forgotten",
      "same",
    ])
  })
})

describe("commands", () => {
  test("are newest when they are above all of their session that were reported, whoever reports them", () => {
    const log = newRecord(2)
    expect(executed(log, 0, 1, put(1, 2)).isNewest).toBe(true)
    expect(executed(log, 0, 2, put(1, 2))).toMatchObject({ standing: "first", isNewest: false })
    expect(executed(log, 0, 3, put(1, 1)).isNewest).toBe(false)
    expect(executed(log, 0, 4, put(7, 1)).isNewest).toBe(true)
    expect([log.commandOf[1]?.sequence, log.indexOf[1], log.indexOf[7]]).toEqual([2, 1, 4])
    expect(executed(log, 0, 5, put(1, 3)).isNewest).toBe(true)
    expect([log.commandOf[1]?.sequence, log.indexOf[1]]).toEqual([3, 5])
  })

  test("are repeated if they are the last of their session, the very same, and at the same index", () => {
    const log = newRecord(2)
    const command = put(1, 1)
    executed(log, 0, 3, command)
    expect(isRepeated(log, 3, command)).toBe(true)
    expect([isRepeated(log, 4, command), isRepeated(log, 3, put(1, 1)), isRepeated(log, 3, null)]).toEqual([
      false,
      false,
      false,
    ])
    executed(log, 0, 4, put(1, 2))
    expect(isRepeated(log, 3, command)).toBe(false)
  })

  test("have names of their own, and are told in words", () => {
    const names = [null, put(0, 1), put(0, 2), put(1, 1), put(1, 2), put(70_000, 1)].map(nameOf)
    expect(new Set(names).size).toBe(names.length)
    expect(names.map(inWords)).toEqual([
      "an entry without a command",
      "command 1 of client 0",
      "command 2 of client 0",
      "command 1 of client 1",
      "command 2 of client 1",
      "command 1 of client 70000",
    ])
  })
})

describe("a difference in words", () => {
  test("names the first node as long as that is known", () => {
    const log = newRecord(3)
    for (let index = 1; index <= 1_024; index++) executed(log, 2, index, put(1, index))
    expect(differenceInWords(log, executed(log, 0, 1, put(4, 4)))).toBe(
      "node 0 executed command 4 of client 4 at index 1, where node 2 executed command 1 of client 1",
    )
    executed(log, 0, 1_025, null)
    expect(differenceInWords(log, executed(log, 1, 1, null))).toBe(
      "node 1 executed an entry without a command at index 1, where another node executed command 1 of client 1",
    )
    expect(differenceInWords(log, executed(log, 1, 2, null))).toMatch(/where node 2 executed command 2/)
  })
})

describe("how far nodes have come", () => {
  test("is the next index of each, from the beginning after a crash, and behind a snapshot", () => {
    const log = newRecord(3)
    executed(log, 0, 1, null)
    executed(log, 0, 2, null)
    expect([...log.next]).toEqual([3, 1, 1])
    recordRestored(log, 1, 8)
    expect([...log.next]).toEqual([3, 9, 1])
    recordCrash(log, 0)
    expect([...log.next]).toEqual([1, 9, 1])
    expect(executed(log, 0, 1, null).expected).toBe(1)
  })

  test("is the highest index that somebody who is up holds, and how often that fell", () => {
    const log = newRecord(3)
    for (const index of [1, 2, 3]) executed(log, 0, index, null)
    executed(log, 1, 1, null)
    expect(log).toMatchObject({ held: 3, falls: 0, covered: 0 })
    // Somebody who is behind takes nothing with it.
    recordCrash(log, 1)
    expect(log).toMatchObject({ held: 3, falls: 0 })
    executed(log, 1, 1, null)
    recordCrash(log, 0)
    expect(log).toMatchObject({ held: 1, falls: 1 })
    recordCrash(log, 1)
    expect(log).toMatchObject({ held: 0, falls: 2 })
    recordCrash(log, 1)
    expect(log.falls).toBe(2)
    recordRestored(log, 2, 9)
    expect(log).toMatchObject({ held: 9, covered: 9 })
    recordRestored(log, 1, 4)
    expect(log).toMatchObject({ held: 9, covered: 9, top: 3 })
  })
})
