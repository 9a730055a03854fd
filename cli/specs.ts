/** Loads the spec that a user named, and lists its problems, one per line. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { bundledExperiments, publishedExperiments, resolveSpec } from "../experiments/plan/bundled.ts"
import { didYouMean } from "../lib/problems.ts"
import { formatProblem, loadExperiment } from "../experiments/plan/spec.ts"
import type { Experiment } from "../experiments/model/experiment.ts"
import { runEffect } from "./effects.ts"
import { Interrupted, UsageError } from "./exit-codes.ts"
import { listProblems } from "./problems.ts"
import { STANDARD_INPUT } from "./standard-input.ts"
import type { Terminal } from "./terminal/terminal.ts"

/**
 * Reads and checks a spec.
 *
 * @param nameOrPath the path of a spec, or the name of a bundled experiment
 * @param outside modules with further algorithms, as given with `--algorithms`
 */
export async function loadSpec(
  nameOrPath: string,
  terminal: Terminal,
  outside: readonly string[] = [],
): Promise<Experiment> {
  const file = resolveSpec(nameOrPath)
  const text = nameOrPath === STANDARD_INPUT ? readFileSync(0, "utf8") : undefined
  const loading = loadExperiment(file, { outside, ...(text === undefined ? {} : { text }) }).pipe(
    Effect.provide(NodeServices.layer),
  )
  const outcome = await runEffect(loading, terminal)
  if (outcome.status === "done") return outcome.value
  if (outcome.status === "interrupted") throw new Interrupted()
  const [first, ...others] = outcome.error.problems.map(formatProblem)
  throw new UsageError(listProblems([`${first}${hint(nameOrPath)}`, ...others]))
}

/** Suggestions for a word that is neither a file nor a bundled experiment. */
function hint(nameOrPath: string): string {
  if (/[./\\<]/.test(nameOrPath)) return ""
  const names = [...bundledExperiments(), ...publishedExperiments()].map(({ name }) => name)
  return `, and no bundled experiment of this name${didYouMean(nameOrPath, names)} (quorate experiments lists them)`
}
