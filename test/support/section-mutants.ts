/** Mistakes planted in the sources of algorithms for mutual exclusion, each caught by a named check. */
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { compileWith, type Edit } from "./mutants.ts"
import { isMutationRun } from "./mutation-run.ts"
import { runService, type ServiceRunOptions } from "./service-run.ts"

export interface SectionMutant {
  readonly mistake: string
  /** The true text, which occurs once in the file, and what the mutant has in its place. */
  readonly edit: Edit
  /** A check of the service, `availability` (no run has a fault that may cost it), or `invariant`. */
  readonly caughtBy: string
  /** How its run differs from the others'. */
  readonly options?: Partial<ServiceRunOptions>
}

/** Everything a run holds against an algorithm that survives all that happens in it. */
function objections(algorithm: Algorithm, options: ServiceRunOptions, seed: number): string[] {
  const run = runService(algorithm, mutualExclusion, options, seed)
  if (run.status === "failed") return [run.reason.includes("event budget") ? "event budget" : "invariant"]
  const { verdicts, availability } = run.outcome
  const violated = Object.keys(verdicts).filter(check => verdicts[check]!.verdict === "violated")
  return availability < 1 ? [...violated, "availability"] : violated
}

/**
 * Tests that each mutant is caught within a few seeds, in runs that hold nothing against the true algorithm.
 *
 * @param entry the algorithm's module, relative to the project, and the name of its export
 */
export function testSectionMutants(
  algorithm: Algorithm,
  entry: { readonly module: string; readonly name: string },
  common: ServiceRunOptions,
  mutants: readonly SectionMutant[],
): void {
  describe.skipIf(isMutationRun)(`mutants of ${algorithm.title}`, () => {
    test.each(mutants)("$mistake: caught by $caughtBy", async ({ edit, caughtBy, options }) => {
      const exports = await compileWith<Record<string, Algorithm>>(entry.module, [edit])
      const mutant = exports[entry.name]!
      const seeds = [1, 2, 3, 4, 5]
      for (const seed of seeds)
        expect(objections(algorithm, { ...common, ...options }, seed), `seed ${seed}`).toEqual([])
      const found = seeds.flatMap(seed => objections(mutant, { ...common, ...options }, seed))
      expect(found).toContain(caughtBy)
    })
  })
}
