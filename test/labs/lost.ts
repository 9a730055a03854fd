// What an algorithm loses in a lab, found without the walls that submissions are graded behind.
import type { ImplementLab, RunTest } from "../../labs/lab.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../../labs/run.ts"
import type { Algorithm } from "../../runtime/algorithm.ts"

/** Which of some stages an algorithm loses no points of: each is run as far as its first failure. */
export function spared(
  lab: ImplementLab,
  algorithm: Algorithm,
  stages: readonly string[],
  secret: number,
): readonly string[] {
  const fails = (one: RunTest): boolean =>
    [...publicSeeds(one), ...hiddenSeeds(one, secret)].some(at => tryOnce(lab, one, algorithm, at) !== undefined)
  return stages.filter(name => !lab.stages.find(stage => stage.name === name)?.tests.some(fails))
}

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
