// Mistakes planted on purpose in the decisions of the leader, and some of those that active replication has too: each is caught.
import { expect, test } from "vitest"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { type Trialled, TRIALS } from "../active-replication/trials.ts"
import { ALSO, ENTRY, mutants, own, SEEDS } from "./mutants.ts"

test("there are as many as are named", () => {
  expect(mutants).toHaveLength(own.length + ALSO.length)
})

async function withMistake(edits: readonly Edit[]): Promise<Trialled> {
  const module = await compileWith<{ semiActiveReplication: Trialled }>(ENTRY, edits)
  return module.semiActiveReplication
}

test("without a mistake, nothing is found", async () => {
  const algorithm = await withMistake([])
  for (let seed = 1; seed <= randomRuns(SEEDS / 3); seed++) {
    expect(TRIALS.crashes(algorithm, seed), `seed ${seed}`).toEqual([])
  }
})

test.each(mutants)("$name: $caughtBy", async ({ name, edits, caughtBy, trial = "crashes" }) => {
  const mutant = await withMistake(edits)
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  const seed = seedThatShows(`semi-active-replication: ${name}`, SEEDS, each => {
    for (const finding of TRIALS[trial](mutant, each)) found.add(finding)
    return isCaught()
  })
  expect(seed, [...found].slice(0, 5).join("; ")).toBeDefined()
})
