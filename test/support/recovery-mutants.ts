/** Mistakes planted in algorithms of recovery, each caught by a named check in runs with failures at random. */
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { recovery } from "../../services/recovery/service.ts"
import { compileWith, type Edit, WITHOUT_ASSERTIONS } from "./mutants.ts"
import { isMutationRun } from "./mutation-run.ts"
import { runService, type ServiceRunOptions } from "./service-run.ts"
import { seedThatShows } from "./shown-by.ts"

export interface RecoveryMutant {
  readonly mistake: string
  readonly edit: Edit
  /** A check of the service, `end` (the computation does not end, and that of the true algorithm does), or `failure` (it throws). */
  readonly caughtBy: string
  readonly options?: Partial<ServiceRunOptions>
}

/** Everything a run holds against an algorithm that survives all that happens in it. */
function objectionsTo(run: RunResult): readonly string[] {
  if (run.status === "failed") return ["failure"]
  const { verdicts, ok } = run.outcome
  const violated = Object.keys(verdicts).filter(check => verdicts[check]!.verdict === "violated")
  return ok === 1 ? violated : [...violated, "end"]
}

const SEEDS = 40

/**
 * Tests that each mutant, without its assertions, is caught within a few seeds, in runs that hold nothing against the true
 * algorithm.
 *
 * @param entry the algorithm's module, relative to the project, and the name of its export
 */
export function testRecoveryMutants(
  algorithm: Algorithm,
  entry: { readonly module: string; readonly name: string },
  draw: (seed: number) => ServiceRunOptions,
  mutants: readonly RecoveryMutant[],
): void {
  describe.skipIf(isMutationRun)(`mutants of ${algorithm.title}`, () => {
    test.each(mutants)("$mistake: caught by $caughtBy", async ({ mistake, edit, caughtBy, options }) => {
      const exports = await compileWith<Record<string, Algorithm>>(entry.module, [edit, WITHOUT_ASSERTIONS])
      const mutant = exports[entry.name]!
      const found = new Set<string>()
      const seed = seedThatShows(`${algorithm.name}, recovery: ${mistake}`, SEEDS, each => {
        const drawn = { ...draw(each), ...options }
        const right = objectionsTo(runService(algorithm, recovery, drawn, each))
        expect(right, `seed ${each}`).toEqual([])
        for (const objection of objectionsTo(runService(mutant, recovery, drawn, each))) found.add(objection)
        return found.has(caughtBy)
      })
      expect(seed, [...found].join("; ")).toBeDefined()
    })
  })
}
