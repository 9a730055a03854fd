// Mistakes planted on purpose: each of them is caught, by what is named with it.
import { expect, test } from "vitest"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { compileWith } from "../../support/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { mutants } from "./mutants.ts"
import { type Trialled, TRIALS } from "./trials.ts"

/** A course is the same with every seed. */
const seedsOf = (trial: keyof typeof TRIALS): number => (trial === "late" ? 1 : 300)

test.each(Object.keys(TRIALS) as (keyof typeof TRIALS)[])("without a mistake, nothing is found: %s", trial => {
  for (let seed = 1; seed <= randomRuns(seedsOf(trial)); seed++) {
    expect(TRIALS[trial](activeReplication, seed), `seed ${seed}`).toEqual([])
  }
})

test.each(mutants)("$name: $caughtBy", async ({ name, edits, caughtBy, trial = "crashes" }) => {
  const entry = "algorithms/active-replication/active-replication.ts"
  const { activeReplication: mutant } = await compileWith<{ activeReplication: Trialled }>(entry, edits)
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  const seed = seedThatShows(`active-replication: ${name}`, seedsOf(trial), each => {
    for (const finding of TRIALS[trial](mutant, each)) found.add(finding)
    return isCaught()
  })
  expect(seed, [...found].slice(0, 5).join("; ")).toBeDefined()
})
