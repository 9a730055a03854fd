// How a traitor lies in Raft.
import { describe, expect, test } from "vitest"
import { lies } from "../../../../algorithms/raft/lies.ts"
import { appendEntries, command, put } from "../support.ts"
import { reply } from "./support.ts"

describe("a traitor", () => {
  const truth = (told: number): number => told
  const opposite = (told: number): number => 1 - told

  test.each(["RequestVoteReply", "PreVoteReply"] as const)("turns its answers in a %s round", type => {
    for (const voteGranted of [true, false]) {
      const lie = lies[type]!
      expect(lie({ type, term: 3, voteGranted } as never, opposite)).toEqual({
        type,
        term: 3,
        voteGranted: !voteGranted,
      })
      expect(lie({ type, term: 3, voteGranted } as never, truth)).toEqual({ type, term: 3, voteGranted })
    }
  })

  test("says that it has stored what it has not, and that it lacks all", () => {
    const refusal = reply(4, { success: false, conflictTerm: 2, conflictIndex: 3, round: 7 })
    expect(lies.AppendEntriesReply!(refusal, opposite)).toEqual(
      reply(4, { success: true, conflictTerm: 0, conflictIndex: 1, round: 7 }),
    )
  })

  test("forges the values of its clients' commands, numbers by numbers, and nothing else", () => {
    const entry = (value: string) => ({ index: 1, term: 1, command: put(1, 1, value) })
    const entries = [
      entry("0"),
      entry("1"),
      entry("27"),
      entry("2x"),
      entry("x2"),
      { index: 2, term: 1, command: command(1, 2, { op: "get", key: "x" }) },
      { index: 3, term: 1, command: null },
      { index: 4, term: 1, command: { type: "Configuration", members: [0], next: null } as const },
    ]
    const told = appendEntries({ entries })
    expect(lies.AppendEntries!(told, truth)).toEqual(told)
    const [a, b, c, d, e, ...rest] = entries
    expect([a, b, c, d, e].every(one => one !== undefined)).toBe(true)
    expect(lies.AppendEntries!(told, opposite)).toEqual(
      appendEntries({ entries: [...["1", "0", "0", "forged", "forged"].map(entry), ...rest] }),
    )
  })
})
