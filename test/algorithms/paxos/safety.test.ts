// Safety under everything at once, and mistakes planted on purpose, each caught by the check named with it.
import { expect, test } from "vitest"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos } from "../../../algorithms/paxos/types.ts"
import { POOL } from "../../support/pool.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { runService, scenarioOf, violations } from "../../support/service-run.ts"
import { compileWith } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { withSlowDisk } from "../multi-paxos/random-faults.ts"
import { mutants } from "./mutants.ts"
import { randomScenario } from "./random-faults.ts"

const SEEDS = randomRuns(500)

/** As many as a mistake is looked for with, at most. */
const MUTANT_SEEDS = 2_000

test("500 random runs with crash, restart, partition, isolation, loss, duplication, reordering and slow disks", () => {
  let ok = 0
  let attempted = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = simulate(withSlowDisk(scenarioOf(paxos, agreement, randomScenario(seed)), seed), seed, { pool: POOL })
    if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason} (${run.event})`)
    expect(violations(run.outcome), `seed ${seed}`).toEqual([])
    ok += run.outcome.ok
    attempted += run.outcome.attempted
  }
  expect(attempted).toBeGreaterThan(5 * SEEDS)
  expect(ok / attempted).toBeGreaterThan(0.8)
  expect(ok / attempted).toBeLessThan(0.99)
})

function mistakesFound(algorithm: Algorithm<Paxos>, seed: number): string[] {
  const run = runService(algorithm, agreement, randomScenario(seed), seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

test.skipIf(isMutationRun).each(mutants)("$name: $caughtBy", async ({ name, caughtBy, ...edit }) => {
  const { paxos: mutated } = await compileWith<{ paxos: Algorithm<Paxos> }>("algorithms/paxos/paxos.ts", [edit])
  const found = new Set<string>()
  const seed = seedThatShows(`paxos: ${name}`, MUTANT_SEEDS, each => {
    for (const check of mistakesFound(mutated, each)) found.add(check)
    return [...found].some(finding => finding.startsWith(caughtBy))
  })
  expect(seed, [...found].join("; ")).toBeDefined()
})
