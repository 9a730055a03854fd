// How a traitor lies in Multi-Paxos.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../../algorithms/multi-paxos/multi-paxos.ts"
import { proposal } from "../support.ts"
import { NOTHING } from "./support.ts"

describe("a traitor", () => {
  const lies = multiPaxos.lies!

  test("denies in its promises what it has accepted", () => {
    const told = { type: "Promise", ballot: 3, accepted: [proposal(2, 1, "x")], chosen: NOTHING } as const
    expect(lies.Promise!(told, truth => truth)).toEqual(told)
    expect(lies.Promise!(told, truth => 1 - truth)).toEqual({ ...told, accepted: [] })
  })

  test("proposes a no-op instead of the command, in the same ballot and slot", () => {
    const told = { type: "Accept", proposal: proposal(3, 1, "x"), firstUnchosen: 1 } as const
    expect(lies.Accept!(told, truth => truth)).toEqual(told)
    expect(lies.Accept!(told, truth => 1 - truth)).toEqual({ ...told, proposal: { ballot: 3, slot: 1, value: null } })
  })

  test("calls a no-op chosen instead of the command, in the same ballot and slot", () => {
    const told = { type: "Success", proposal: proposal(3, 1, "x") } as const
    expect(lies.Success!(told, truth => truth)).toEqual(told)
    expect(lies.Success!(told, truth => 1 - truth)).toEqual({ ...told, proposal: { ballot: 3, slot: 1, value: null } })
  })
})
