// Mistakes planted on purpose in FloodSet, one for each of its rules: each must be caught, and the true algorithm pass.
import { describe, expect, it } from "vitest"
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import { byNight } from "../../support/effort.ts"
import { mutants, shows } from "./mutants.ts"

describe("mutants of FloodSet", () => {
  it.each(mutants)("$name: $symptom", ({ mutant, symptom, ...setting }) => {
    expect(shows(mutant, setting, symptom)).toBe(true)
  })

  it.each([
    { n: 3, f: 1, variant: "plain" },
    { n: 3, f: 1, variant: "optimised" },
    // With f = 2 it is what the exhaustive runs go through.
    { n: 4, f: byNight(2, 1), variant: "early" },
  ])("the true algorithm shows none of it: %j", setting => {
    expect(shows(floodSet, setting)).toBe(false)
  })
})
