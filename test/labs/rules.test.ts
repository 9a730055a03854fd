// Every rule of the papers counts: a solution that negates one or leaves it out loses the points of the stages that are
// about it; and right solutions that are not the project's own lose none.
import { describe, expect, test } from "vitest"
import type { ImplementLab } from "../../labs/lab.ts"
import { labs } from "../../labs/registry.ts"
import { compileSolution, corpora } from "./corpus.ts"
import { lost } from "./lost.ts"

/** Different sets of hidden seeds; `npm run labs -- --rules --times 20` tries more. */
const SECRETS = [1, 2]

/** Some thirty compilations, and up to ten thousand runs. */
const TIMEOUT_MS = 120_000

function implementLab(name: string): ImplementLab {
  const lab = labs[name]
  if (lab?.kind !== "implement") throw new Error(`${name} is not a lab in which students write an algorithm`)
  return lab
}

describe.each(corpora)("$lab", ({ lab, solution, rules }) => {
  test.each(SECRETS)("a right solution of another design gets full marks (hidden seeds of secret %i)", async secret => {
    expect(lost(implementLab(lab), await compileSolution(solution, []), secret)).toEqual({})
  })

  test("there is a wrong solution for every rule, and each is another", () => {
    expect(rules.length).toBeGreaterThanOrEqual(15)
    expect(new Set(rules.map(({ edits }) => JSON.stringify(edits))).size).toBe(rules.length)
  })

  test(
    "a solution that breaks a rule loses the points of the stages that are about it",
    async () => {
      for (const { rule, mistake, edits, loses } of rules) {
        const failures = lost(implementLab(lab), await compileSolution(solution, edits), 1)
        expect({ rule, mistake, loses: Object.keys(failures), failures }).toEqual({ rule, mistake, loses, failures })
        expect(loses.length).toBeGreaterThan(0)
      }
    },
    TIMEOUT_MS,
  )
})
