// Windows of the log: what acceptors, proposers and learners keep by slot.
import { describe, expect, test } from "vitest"
import { at, dropBelow, emptySlots, end, put } from "../../../algorithms/multi-paxos/slots.ts"

describe("a window of the log", () => {
  test("holds what was put in it, in any order, from its first slot on", () => {
    const slots = emptySlots<string>(3)
    put(slots, 5, "five")
    put(slots, 3, "three")
    put(slots, 5, "cinco")
    expect(slots.entries).toEqual(["three", undefined, "cinco"])
    expect([2, 3, 4, 5, 6].map(slot => at(slots, slot))).toEqual([undefined, "three", undefined, "cinco", undefined])
    expect(end(slots)).toBe(6)
    for (const slot of [0, 2]) put(slots, slot, "below")
    expect(Object.keys(slots.entries)).toEqual(["0", "1", "2"])
  })

  test("moves forward only", () => {
    const slots = emptySlots<string>(3)
    for (const slot of [3, 4, 5]) put(slots, slot, `v${slot}`)
    for (const slot of [2, 3]) dropBelow(slots, slot)
    expect(slots).toEqual({ first: 3, entries: ["v3", "v4", "v5"] })
    dropBelow(slots, 5)
    expect(slots).toEqual({ first: 5, entries: ["v5"] })
    dropBelow(slots, 9)
    expect(slots).toEqual({ first: 9, entries: [] })
  })
})
