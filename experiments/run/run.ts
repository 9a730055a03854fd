/** Runs an experiment from plan to report. */
import * as Effect from "effect/Effect"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { examineOutside } from "./examine.ts"
import { type Plan, plannedRun } from "../model/plan.ts"
import { sweepUntilPrecise, type Swept } from "./precise-sweep.ts"
import { Progress, type ProgressState } from "./progress.ts"
import { besidePublished } from "../../analysis/published.ts"
import {
  GrowingTables,
  SUMMARY_FILE,
  writeCharts,
  writeReport,
  writeSummary,
  writeTables,
} from "../../reports/results.ts"
import { RunCollector } from "../../reports/page/runs.ts"
import { readResults } from "./read-results.ts"
import { shrinkViolations } from "./shrink-violations.ts"
import { Algorithms, experimentLayer, type RunOptions, workersFor } from "./prepare.ts"
import { Store } from "../store/service.ts"
import { STORE_FILE } from "../store/store.ts"
import { answerOf } from "../../reports/answer/answer.ts"
import { type Summary, summaryOf } from "../../reports/summary.ts"
import { isBad, TroubleLog } from "../../analysis/troubles.ts"
import { storeError } from "../../lib/errors.ts"

export type { Summary } from "../../reports/summary.ts"
export type { Failure, Violation } from "../../analysis/troubles.ts"
export { Progress, type ProgressState } from "./progress.ts"
export { StoreError } from "../../lib/errors.ts"

/** Real time that shrinking one kind of violation may take, in milliseconds. */
const SHRINK_LIMIT_MS = 120_000

/**
 * Runs a plan on all workers, and writes tables, charts, report and manifest.
 *
 * Every finished run is stored in `<outDir>/runs.sqlite` at once and is never repeated, even if the sweep is interrupted or an
 * unrelated part of the spec changes. A run that fails does not stop the others. Fails with a `StoreError` if the results
 * cannot be written; runs finished before are kept even then.
 */
export const runExperiment = Effect.fn("runExperiment")(
  function* (plan: Plan, options: RunOptions) {
    const store = yield* Store
    const swept = yield* Effect.gen(function* () {
      if (store.pending().length > 0) yield* examineOutside(plan, yield* Algorithms)
      return yield* sweepUntilPrecise(plan)
    }).pipe(Effect.provide(workersFor(plan, options)))
    return yield* finish(plan, options, swept)
  },
  (run, plan, options) => Effect.provide(run, experimentLayer(plan, options)),
)

/** Writes the results of a plan whose runs are all in the store. */
export const finish = Effect.fnUntraced(function* (plan: Plan, options: RunOptions, { state, resumed }: Swept) {
  const registry = yield* Algorithms
  const { outDir } = options
  const { outside } = plan.experiment
  const progress = yield* Progress
  const phase = (name: ProgressState["phase"]) => progress.update({ ...state, phase: name })
  yield* phase("writing results")
  const { results, troubles, runs } = yield* Effect.scoped(readAndWrite(plan, outDir))
  const tables = yield* writeTables(outDir, results)
  yield* phase("drawing charts")
  const charts = yield* writeCharts(outDir, results)
  const chartFiles = charts.map(({ name }) => join("charts", `${name}.svg`))
  const files = ["report.html", ...chartFiles, SUMMARY_FILE, ...tables, STORE_FILE]
  const { cells, differences, along } = results
  if (troubles.violations.length + troubles.failures.length > 0) yield* phase("shrinking violations")
  const shrunk = yield* shrinkViolations(plan, troubles.kinds, outDir, registry, {
    size: options.workers ?? availableParallelism(),
    limitMs: SHRINK_LIMIT_MS,
    outside,
    ...(options.registry === undefined ? {} : { registry: options.registry.module }),
  })
  const answer = answerOf(plan, cells, differences, registry, along, besidePublished(plan.experiment, cells))
  const summary: Summary = summaryOf(plan, cells, troubles, { outDir, files, resumed, answer, shrunk })
  yield* writeSummary(outDir, summary)
  yield* writeReport(outDir, results, summary, charts, runs)
  yield* phase("done")
  return summary
})

/** Reads all runs, and writes the per-run and per-cell tables along the way. */
const readAndWrite = Effect.fnUntraced(function* (plan: Plan, outDir: string) {
  const [store, registry] = [yield* Store, yield* Algorithms]
  const writing = <A>(act: () => A) => Effect.try({ try: act, catch: error => storeError(outDir, error) })
  const tables = yield* Effect.acquireRelease(
    writing(() => new GrowingTables(outDir, plan, registry)),
    opened => Effect.sync(() => opened.discard()),
  )
  const troubles = new TroubleLog(outDir)
  const runs = new RunCollector(plan.cells.length)
  const results = yield* readResults(plan, store, registry, {
    run: (cell, place, repeat, record) => {
      tables.addRun(cell, repeat, record)
      runs.add(cell, place, repeat, record)
      if (isBad(record)) troubles.add(plannedRun(plan, cell, repeat), record)
    },
    cell: summary => tables.addCell(summary),
  })
  yield* writing(() => tables.finish())
  return { results, troubles, runs: runs.shown }
})
