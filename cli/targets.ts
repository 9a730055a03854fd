/** Targets of commands that take an algorithm, a spec or a scenario file, whichever was named. */
import { existsSync } from "node:fs"
import * as bundled from "../algorithms/registry.ts"
import { bundledExperiments, publishedExperiments } from "../experiments/plan/bundled.ts"
import { didYouMean } from "../lib/problems.ts"
import { own } from "../runtime/lib/own.ts"
import { UsageError } from "./exit-codes.ts"

/** A word: neither a path nor standard input. */
const WORD = /^[a-z][a-z0-9-]*$/i

/**
 * True if a target is, or can only be, an algorithm's name; false if it names a file or an experiment.
 *
 * @param outside modules with further algorithms, whose names are not known yet @throws UsageError for a word that names
 * nothing, with a suggestion
 */
export function isAlgorithmName(target: string, outside: readonly string[]): boolean {
  if (!WORD.test(target)) return false
  if (own(bundled.algorithms, target) !== undefined) return true
  const experiments = [...bundledExperiments(), ...publishedExperiments()].map(({ name }) => name)
  if (experiments.includes(target) || existsSync(target)) return false
  if (outside.length > 0) return true
  const hint = didYouMean(target, [...Object.keys(bundled.algorithms), ...experiments])
  const lists = hint === "" ? " (quorate algorithms and quorate experiments list them)" : hint
  throw new UsageError(`there is no algorithm, file or bundled experiment ${target}${lists}`)
}
