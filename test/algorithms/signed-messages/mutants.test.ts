// Mistakes planted on purpose in SM(m), one for each of its rules: each must be caught, and the true algorithm pass.
import { describe, expect, it } from "vitest"
import { signedMessages } from "../../../algorithms/signed-messages/signed-messages.ts"
import { broken, play } from "./traitors.ts"
import { forging, LIAR, type Mutant, mutants, THREE } from "./mutants.ts"

function caughtBy(algorithm: Mutant, { nodes, m, against }: (typeof mutants)[number], check?: string): boolean {
  return against.some(strategy => {
    const found = broken(play(nodes, m, strategy, algorithm))
    return check === undefined ? found.length > 0 : found.includes(check)
  })
}

describe("mutants of SM(m)", () => {
  it.each(mutants)("$name: caught by $check", entry => {
    expect(caughtBy(signedMessages, entry)).toBe(false)
    expect(caughtBy(entry.mutant, entry, entry.check)).toBe(true)
  })

  it("signatures hold against the lieutenant who lies: the true algorithm takes no harm from him", () => {
    for (const strategy of THREE.concat(LIAR)) expect(broken(play(3, 1, strategy, forging(signedMessages)))).toEqual([])
  })
})
