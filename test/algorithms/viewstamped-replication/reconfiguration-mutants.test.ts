// Mistakes planted on purpose in reconfigurations: a course of events, or a random run, shows each of them.
import { expect, test } from "vitest"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { runService, violations } from "../../support/service-run.ts"
import { randomReconfigurations } from "./random-faults.ts"
import { courseMutants, randomMutants } from "./reconfiguration-mutants.ts"

const SEEDS = 200

async function withMistake(edit: Edit): Promise<Algorithm<Vsr>> {
  const module = await compileWith<{ viewstampedReplication: Algorithm<Vsr> }>(
    "algorithms/viewstamped-replication/viewstamped-replication.ts",
    [edit],
  )
  return module.viewstampedReplication
}

test.each(courseMutants)("$name", async ({ edit, course }) => {
  const mutant = await withMistake(edit)
  expect(course(mutant)).not.toEqual(course(viewstampedReplication))
})

/** All that went wrong in a random run. */
function mistakesFound(algorithm: Algorithm<Vsr>, seed: number): readonly string[] {
  const options = randomReconfigurations(seed)
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: 20 * MILLISECOND })
  const simulation = { observer: liveness.observe.bind(liveness) }
  const run = runService(algorithm, replicatedLog, { ...options, simulation }, seed)
  return run.status === "failed" ? [run.reason] : [...violations(run), ...liveness.findings()]
}

test.each(randomMutants)("$name: found", async ({ name, edit }) => {
  const mutant = await withMistake(edit)
  const shows = (seed: number): boolean => mistakesFound(mutant, seed).length > 0
  expect(seedThatShows(`viewstamped-replication: ${name}`, SEEDS, shows)).toBeDefined()
})
