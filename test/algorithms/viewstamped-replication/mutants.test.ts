// Mistakes planted on purpose: each of them is caught, by the check named with it.
import { expect, test } from "vitest"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { runService, violations } from "../../support/service-run.ts"
import { mutants } from "./mutants.ts"
import { randomScenario } from "./random-faults.ts"

const SEEDS = 300

async function withMistake(edits: readonly Edit[]): Promise<Algorithm<Vsr>> {
  const module = await compileWith<{ viewstampedReplication: Algorithm<Vsr> }>(
    "algorithms/viewstamped-replication/viewstamped-replication.ts",
    edits,
  )
  return module.viewstampedReplication
}

/** The names of all that went wrong in a random run. */
function mistakesFound(algorithm: Algorithm<Vsr>, seed: number): string[] {
  const run = runService(algorithm, replicatedLog, randomScenario(seed), seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

test("without a mistake, nothing is found", () => {
  for (let seed = 1; seed <= randomRuns(SEEDS); seed++)
    expect(mistakesFound(viewstampedReplication, seed), `seed ${seed}`).toEqual([])
})

test.each(mutants)("$name: $caughtBy", async ({ name, edits, caughtBy }) => {
  const algorithm = await withMistake(edits)
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  const seed = seedThatShows(`viewstamped-replication: ${name}`, SEEDS, each => {
    for (const check of mistakesFound(algorithm, each)) found.add(check)
    return isCaught()
  })
  expect(seed, [...found].join("; ")).toBeDefined()
})
