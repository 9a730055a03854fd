/**
 * Writes scenario files for the violations of an experiment: each kind of violation (an algorithm and a check) is shrunk once,
 * starting from the smallest run, and saved for replay and inspection.
 */
import * as Effect from "effect/Effect"
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../model/plan.ts"
import { scenarioText } from "../../scenarios/scenario-file.ts"
import { storeError } from "../../lib/errors.ts"
import { makeFolder, writeWhole } from "../../lib/files.ts"
import type { TroubleKind } from "../../analysis/troubles.ts"
import { commandsFor, describeShrinking } from "../../debugger/shrink/describe.ts"
import type { ShrinkBudget } from "../../debugger/shrink/shrink.ts"
import type { ShrinkTask, ShrunkRun, ShrunkViolation } from "../../debugger/shrink/task.ts"
import { shrinkAll, type ShrinkThreads } from "./shrink-threads.ts"

/** The budget of an experiment for each kind of violation: a second or two. */
const SWEEP_BUDGET: ShrinkBudget = { runs: 5_000, events: 3_000_000, seeds: 16 }
/** The maximum number of kinds of violations to shrink; the rest can be shrunk by hand. */
const MAX_KINDS = 8

/** The folder, within an experiment's results, with the scenarios of its violations. */
const VIOLATIONS = "violations"

/** Shrinks each kind of violation of an experiment and writes its scenario. */
export const shrinkViolations = Effect.fnUntraced(function* (
  plan: Plan,
  troubles: readonly TroubleKind[],
  outDir: string,
  registry: Registry,
  threads: ShrinkThreads,
) {
  const kinds = troubles.slice(0, MAX_KINDS)
  const tasks = kinds.map(({ examples, symptom }): ShrinkTask => {
    const candidates = examples.map(({ cell, seed }) => ({ scenario: cell.scenario, seed }))
    return { candidates, symptom, budget: SWEEP_BUDGET }
  })
  const answers = yield* shrinkAll(tasks, threads)
  const folder = join(outDir, VIOLATIONS)
  yield* Effect.try({
    try: () => {
      rmSync(folder, { recursive: true, force: true })
      if (kinds.length > 0) makeFolder(folder)
    },
    catch: error => storeError(folder, error),
  })
  const written: ShrunkViolation[] = []
  for (const [index, { symptom, key, examples, runs }] of kinds.entries()) {
    const shrunk = answers[index]
    if (shrunk === undefined || "reason" in shrunk) continue
    const { id: run, cell } = examples[shrunk.from]!
    const { label } = cell.variant
    const file = join(folder, `${key}.json`)
    const title = `${label}: ${symptom} (${describeShrinking(shrunk)}, from run ${run} of ${plan.experiment.name})`
    yield* writeWhole(file, shrunkText(shrunk, title, registry))
    const commands = commandsFor(file, plan.experiment.outside)
    written.push({ symptom, label, run, runs, file, shrunk, commands })
  }
  return written
})

/** The text of a scenario file that holds a shrunk run. */
function shrunkText({ scenario, seed, symptom }: ShrunkRun, title: string, registry: Registry): string {
  return scenarioText({ title, violates: symptom.name, scenario, seed }, registry)
}
