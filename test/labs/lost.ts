// What an algorithm loses in a lab, found without the walls that submissions are graded behind.
import type { ImplementLab } from "../../labs/lab.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../../labs/run.ts"
import type { Algorithm } from "../../runtime/algorithm.ts"

/** The stages that an algorithm loses points of, with the first failure of each. */
export function lost(lab: ImplementLab, algorithm: Algorithm, secret: number): Record<string, string> {
  const failures: Record<string, string> = {}
  for (const { stage, test: one } of testsOf(lab)) {
    for (const at of [...publicSeeds(one), ...hiddenSeeds(one, secret)]) {
      const failed = tryOnce(lab, one, algorithm, at)
      if (failed === undefined) continue
      failures[stage.name] ??= `${one.name}, seed ${at.seed}: ${failed.expected}; ${failed.happened}`
      break
    }
  }
  return failures
}
