/**
 * From the violations of an experiment to scenario files: each kind of violation (an algorithm and a check) is shrunk
 * once, from the run that is smallest to begin with, and kept as a file that can be replayed and looked at.
 */
import * as Effect from "effect/Effect"
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { CellScenario, Registry } from "../cell.ts"
import { findPlannedRun, type Plan } from "../plan.ts"
import { scenarioText } from "../scenario-file.ts"
import { storeError } from "../store/errors.ts"
import { makeFolder, writeWhole } from "../store/files.ts"
import type { Troubles } from "../summary.ts"
import { commandsFor, describeShrinking } from "./describe.ts"
import { failureName, type ShrinkBudget } from "./shrink.ts"
import type { ShrinkTask, ShrunkRun, ShrunkViolation } from "./task.ts"
import { shrinkAll, type ShrinkThreads } from "./threads.ts"

/** What an experiment may spend on each kind of violation: a second or two. */
const SWEEP_BUDGET: ShrinkBudget = { runs: 5_000, events: 3_000_000, seeds: 16 }
/** Kinds of violations that are shrunk; the rest can be shrunk by hand. */
const MOST_KINDS = 8

/** The folder, within an experiment's results, with the scenarios of its violations. */
const VIOLATIONS = "violations"

/** Violating runs that show the same, as far as can be told from outside. */
interface Kind {
  readonly symptom: string
  readonly label: string
  readonly key: string
  readonly runs: number
  /** The run with the fewest nodes, and of those the one that is violated first. */
  readonly run: string
  readonly scenario: CellScenario
  readonly seed: number
}

/** Shrinks each kind of violation of an experiment and writes its scenario. */
export const shrinkViolations = Effect.fnUntraced(function* (
  plan: Plan,
  troubles: Troubles,
  outDir: string,
  registry: Registry,
  threads: ShrinkThreads,
) {
  const kinds = kindsOf(plan, troubles).slice(0, MOST_KINDS)
  const tasks = kinds.map(({ scenario, seed, symptom }): ShrinkTask => {
    return { scenario, seed, symptom, budget: SWEEP_BUDGET }
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
  for (const [index, { symptom, label, key, run, runs }] of kinds.entries()) {
    const shrunk = answers[index]
    if (shrunk === undefined || "reason" in shrunk) continue
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

function kindsOf(plan: Plan, { violations, failures }: Troubles): readonly Kind[] {
  const all = [
    ...violations.map(({ run, check, at }) => ({ run, symptom: check, at })),
    // A run that had to be stopped from outside would not end when it is shrunk either.
    ...failures.flatMap(({ run, reason, at, stopped }) =>
      at === null || stopped ? [] : [{ run, symptom: failureName(reason), at }],
    ),
  ].flatMap(found => {
    const planned = findPlannedRun(plan, found.run)
    return planned === undefined ? [] : [{ ...found, planned }]
  })
  const groups = Map.groupBy(all, ({ symptom, planned }) => {
    const { key } = planned.cell.variant
    return `${key}-${symptom}`.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)
  })
  return [...groups].map(([key, found]): Kind => {
    const { run, symptom, planned } = found.reduce((best, other) => {
      const [a, b] = [best.planned.cell.scenario.nodes, other.planned.cell.scenario.nodes]
      return b < a || (b === a && other.at < best.at) ? other : best
    })
    const { cell, seed } = planned
    return { key, symptom, label: cell.variant.label, runs: found.length, run, scenario: cell.scenario, seed }
  })
}
