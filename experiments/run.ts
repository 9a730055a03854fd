/** Runs an experiment from plan to report. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { summarize } from "./aggregate.ts"
import type { Registry } from "./cell.ts"
import { differencesOf } from "./comparisons.ts"
import { openJournal } from "./journal.ts"
import type { RunRecord } from "./measure.ts"
import { registryWith } from "./outside/load.ts"
import type { Plan } from "./plan.ts"
import { Progress, type ProgressState } from "./progress.ts"
import { type Results, writeCharts, writeReport, writeTables } from "./results.ts"
import { type Summary, summaryOf } from "./summary.ts"
import { sweep } from "./sweep.ts"
import { Workers } from "./workers.ts"

export type { Failure, Summary, Violation } from "./summary.ts"
export { Progress, type ProgressState } from "./progress.ts"

/** The results could not be written. */
export class RunError extends Data.TaggedError("RunError")<{ readonly message: string }> {}

export interface RunOptions {
  /** The folder that receives the results; it is made if it is not there. See `resultsFolder`. */
  readonly outDir: string
  /** Number of worker threads; default: one for each core. */
  readonly workers?: number
  /** A registry other than the workbench's own, and the URL of the module that it is, for the workers. */
  readonly registry?: { readonly module: string; readonly registry: Registry }
  /** Real time that a single run may take, in milliseconds; default: two minutes. */
  readonly limitMs?: number
}

const LIMIT_MS = 120_000

/** Where an experiment's results go unless the user says otherwise. */
export function resultsFolder(experiment: { readonly name: string }): string {
  return join("results", experiment.name)
}

/**
 * Runs all runs of a plan on all workers, and writes tables, charts, report and manifest.
 *
 * A run that fails does not stop the others. Interrupted, it keeps what is done in `<outDir>/journal.ndjson`; the same
 * plan, run again into the same folder by the same code, goes on from there.
 */
export const runExperiment = Effect.fn("runExperiment")(
  function* (plan: Plan, options: RunOptions) {
    const { outDir } = options
    const progress = yield* Progress
    const { outside } = plan.experiment
    const registry = yield* Effect.promise(() => registryWith(outside, options.registry?.registry))
    const files = yield* FileSystem.FileSystem
    yield* files.makeDirectory(outDir, { recursive: true })
    const journal = yield* openJournal(outDir, plan)
    const { records, state } = yield* sweep(plan, journal).pipe(
      Effect.provide(
        Workers.layer({
          size: options.workers ?? availableParallelism(),
          limitMs: options.limitMs ?? LIMIT_MS,
          outside,
          ...(options.registry === undefined ? {} : { registry: options.registry.module }),
        }),
      ),
    )
    const results = resultsOf(plan, records, registry)
    const phase = (name: ProgressState["phase"]) => progress.update({ ...state, phase: name })
    yield* phase("writing results")
    const tables = yield* writeTables(outDir, results)
    yield* phase("drawing charts")
    const charts = yield* writeCharts(outDir, results)
    const chartFiles = charts.map(({ choice }) => join("charts", `${choice.name}.svg`))
    const summary: Summary = summaryOf(plan, records, results.cells, {
      outDir,
      files: ["report.html", ...chartFiles, ...tables],
      resumed: journal.earlier.size,
      differences: results.differences,
    })
    yield* writeReport(outDir, results, summary, charts)
    yield* journal.remove
    yield* phase("done")
    return summary
  },
  Effect.catchTag("PlatformError", error => {
    const where = "pathOrDescriptor" in error.reason ? ` (${String(error.reason.pathOrDescriptor)})` : ""
    return Effect.fail(new RunError({ message: `the results cannot be written${where}: ${error.reason._tag}` }))
  }),
)

/** Everything that result files are made from. */
function resultsOf(plan: Plan, records: readonly RunRecord[], registry: Registry): Results {
  const { repeat } = plan
  const byCell = plan.cells.map((cell, index) => ({
    cell,
    records: records.slice(index * repeat, (index + 1) * repeat),
  }))
  const cells = byCell.map(({ cell, records: own }) => {
    const algorithm = registry.algorithms[cell.scenario.algorithm]!
    const service = registry.serviceFor(algorithm, cell.scenario.service)!
    const messageTypes = Object.keys(algorithm.receive)
    return summarize(cell, own, { messageTypes, figures: Object.keys(service.figures) })
  })
  return { plan, records, cells, differences: differencesOf(cells), registry }
}
