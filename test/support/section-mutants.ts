/** Mistakes planted in the sources of algorithms for mutual exclusion, each caught by a named check. */
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { INVARIANTS } from "../../runtime/simulation/judge.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { compileWith, type Edit } from "./mutants.ts"
import { isMutationRun } from "./mutation-run.ts"
import { runService, type ServiceRunOptions } from "./service-run.ts"
import { seedThatShows } from "./shown-by.ts"

export interface SectionMutant {
  readonly mistake: string
  /** The true text, which occurs once in the file, and what the mutant has in its place. */
  readonly edit: Edit
  /**
   * A check of the service, `availability` (no run has a fault that may cost it), `invariant` (which ends a run, or is a
   * violated check in one that goes beyond what the algorithm claims), or `cost` (more protocol messages an entry than the
   * true algorithm needs).
   */
  readonly caughtBy: string
  /** Settings in which its run differs from the others'. */
  readonly options?: Partial<ServiceRunOptions>
}

interface Judgement {
  /** Everything a run holds against an algorithm that survives all that happens in it. */
  readonly objections: readonly string[]
  /** Protocol messages an entry. */
  readonly cost: number
}

function judge(algorithm: Algorithm, options: ServiceRunOptions, seed: number): Judgement {
  const run = runService(algorithm, mutualExclusion, options, seed)
  if (run.status === "failed") return { objections: ["invariant"], cost: 0 }
  const { verdicts, availability, ok } = run.outcome
  const violated = Object.keys(verdicts).filter(check => verdicts[check]!.verdict === "violated")
  const objections = violated.map(check => (check === INVARIANTS ? "invariant" : check))
  if (availability < 1) objections.push("availability")
  return { objections, cost: run.messages.protocol / ok }
}

/** Seeds within which every mutant is caught. */
const SEEDS = 5

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
    test.each(mutants)("$mistake: caught by $caughtBy", async ({ mistake, edit, caughtBy, options }) => {
      const exports = await compileWith<Record<string, Algorithm>>(entry.module, [edit])
      const mutant = exports[entry.name]!
      const found = new Set<string>()
      const seed = seedThatShows(`${algorithm.name}, section: ${mistake}`, SEEDS, each => {
        const right = judge(algorithm, { ...common, ...options }, each)
        expect(right.objections, `seed ${each}`).toEqual([])
        const { objections, cost } = judge(mutant, { ...common, ...options }, each)
        for (const objection of objections) found.add(objection)
        if (cost > 1.1 * right.cost) found.add("cost")
        return found.has(caughtBy)
      })
      expect(seed, [...found].join("; ")).toBeDefined()
    })
  })
}
