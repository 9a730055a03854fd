// Mistakes planted on purpose in OM(m): each must be caught, and the true algorithm must pass the same runs.
import { describe, expect, it } from "vitest"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import { broken, play, type Setting, type Strategy } from "./traitors.ts"
import { type Mutant, mutants } from "./mutants.ts"

function caughtBy(algorithm: Mutant, setting: Setting, against: readonly Strategy[]): string[] {
  return [...new Set(against.flatMap(strategy => broken(play(algorithm, setting, strategy))))]
}

describe("mutants of OM(m)", () => {
  it.each(mutants)("$name: caught by $check", ({ mutant, check, setting, against }) => {
    expect(caughtBy(oralMessages, setting, against)).toEqual([])
    expect(caughtBy(mutant, setting, against)).toContain(check)
  })
})
