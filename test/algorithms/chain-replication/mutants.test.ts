// Mistakes planted on purpose: each of them is caught, by the check named with it.
import { expect, test } from "vitest"
import type { ChainReplication } from "../../../algorithms/chain-replication/types.ts"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { mutants } from "./mutants.ts"
import { anything, crashes, suspicions } from "./random-faults.ts"

const SEEDS = 600

async function withMistake(edits: readonly Edit[]): Promise<Algorithm<ChainReplication>> {
  const module = await compileWith<{ chainReplication: Algorithm<ChainReplication> }>(
    "algorithms/chain-replication/chain-replication.ts",
    edits,
  )
  return module.chainReplication
}

/** The names of all that went wrong in a random run. */
function mistakesFound(algorithm: Algorithm<ChainReplication>, seed: number): string[] {
  const draw = [crashes, suspicions, anything][seed % 3]!
  const options = draw(seed)
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: 20 * MILLISECOND })
  const scenario = scenarioOf(algorithm, replicatedLog, options)
  const simulation = new Simulation(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  const run = simulation.run()
  simulation.release()
  if (run.status === "failed") return [run.reason]
  const violated = violations(run.outcome).map(violation => violation.split(":")[0]!)
  return draw === anything || liveness.findings().length === 0 ? violated : [...violated, "liveness"]
}

test("without a mistake, nothing is found", () => {
  for (let seed = 1; seed <= randomRuns(150); seed++)
    expect(mistakesFound(chainReplication, seed), `seed ${seed}`).toEqual([])
})

test.each(mutants)("$name: $caughtBy", async ({ name, edits, caughtBy }) => {
  const algorithm = await withMistake(edits)
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  const seed = seedThatShows(`chain-replication: ${name}`, SEEDS, each => {
    for (const check of mistakesFound(algorithm, each)) found.add(check)
    return isCaught()
  })
  expect(seed, [...found].join("; ")).toBeDefined()
})
