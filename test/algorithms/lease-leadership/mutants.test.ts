/** Mistakes planted on purpose in each rule of lease leadership, and what catches them. */
import { describe, expect, test } from "vitest"
import { leaseLeadership } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { compileWith, WITHOUT_ASSERTIONS } from "../../support/mutants.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { runService, violations } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { MUTANTS, type Trial } from "./mutants.ts"

/** Seeds within which every mutant is caught. */
const SEEDS = 60

/** Everything a run holds against an algorithm. */
function objections(algorithm: Algorithm, { service, draw }: Trial, seed: number): readonly string[] {
  const options = draw(seed)
  const run = runService(algorithm, service, options, seed)
  if (run.status === "failed") return [run.reason]
  const found = violations(run).map(violation => violation.split(":")[0]!)
  if (run.outcome.unknown > 0) found.push("unserved")
  if ((options.faults ?? []).length === 0 && run.outcome.outages.length > 0) found.push("outage")
  return found
}

describe.skipIf(isMutationRun)("mutants of lease leadership", () => {
  test.each(MUTANTS)("$mistake: caught by $caughtBy", async ({ mistake, edit, trial, caughtBy }) => {
    const { leaseLeadership: mutant } = await compileWith<{ readonly leaseLeadership: Algorithm }>(
      "algorithms/lease-leadership/lease-leadership.ts",
      [edit, WITHOUT_ASSERTIONS],
    )
    const isShownBy = (seed: number): boolean => objections(mutant, trial, seed).includes(caughtBy)
    const caught = seedThatShows(`lease-leadership: ${mistake}`, SEEDS, isShownBy)
    expect(caught, "no seed catches it").toBeDefined()
    expect(objections(leaseLeadership, trial, caught!)).toEqual([])
  })
})
