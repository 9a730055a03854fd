// Mistakes planted on purpose: each of them is caught, by the check named with it.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { byNight, oneInByDay } from "../../support/effort.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { mutants } from "./mutants.ts"
import { findingsIn } from "./trials.ts"

/** Seeds within which every mutant is caught. */
const SEEDS = 300

/** With the logs of the groups, which execute what is in them on a machine of services. */
async function withMistake(edits: readonly Edit[]): Promise<Algorithm> {
  const module = await compileWith<{ compiled: Algorithm }>("test/algorithms/sharded-groups/compiled.ts", edits)
  return module.compiled
}

describe.skipIf(isMutationRun)("mutants of sharded groups", () => {
  test("without a mistake, nothing is found", () => {
    for (const trial of ["storm", "transactions", "calm", "crashes", "handover", "late"] as const) {
      for (let seed = 1; seed <= byNight(5, 1); seed++)
        expect(findingsIn(algorithms["sharded-groups"]!, trial, seed), `${trial}, seed ${seed}`).toEqual([])
    }
  })

  /** By day one in three: each is compiled anew with the logs of its groups. */
  test.each(oneInByDay(3, mutants))("$name: $caughtBy", async ({ name, edits, caughtBy, trial }) => {
    const algorithm = await withMistake(edits)
    const wanted = caughtBy.split("|")
    const found = new Set<string>()
    const isCaught = (): boolean => [...found].some(finding => wanted.some(each => finding.startsWith(each)))
    const seed = seedThatShows(`sharded-groups: ${name}`, SEEDS, each => {
      for (const finding of findingsIn(algorithm, trial, each)) found.add(finding)
      return isCaught()
    })
    expect(seed, [...found].join("; ")).toBeDefined()
  })
})
