/** Runs an experiment from plan to report. */
import { handlerNames } from "../../runtime/contract/parts.ts"
import * as Effect from "effect/Effect"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { type CellSummary, type ComparableSummary, summarize, type Vocabulary } from "../../analysis/aggregate.ts"
import type { Cell, Registry } from "../../scenarios/cell.ts"
import { type AlongDifference, differencesAlong, seen } from "../../analysis/along.ts"
import { adjusted, type Difference, differencesAt, pointsOf } from "../../analysis/comparisons.ts"
import { examineOutside } from "./examine.ts"
import { type Plan, plannedRun } from "../model/plan.ts"
import { sharesIn } from "../model/published.ts"
import { sweepUntilPrecise, type Swept } from "./precise-sweep.ts"
import { Progress, type ProgressState } from "./progress.ts"
import { besidePublished } from "../../analysis/published.ts"
import type { RecoveryOf } from "../../analysis/recovery.ts"
import {
  type Results,
  SUMMARY_FILE,
  writeCharts,
  writeReport,
  writeSummary,
  writeTables,
} from "../../reports/results.ts"
import { shrinkViolations } from "./shrink-violations.ts"
import { Algorithms, experimentLayer, type RunOptions, versionsFor, workersFor } from "./prepare.ts"
import { Store } from "../store/service.ts"
import { type RunStore, STORE_FILE } from "../store/store.ts"
import { answerOf } from "../../reports/answer/answer.ts"
import { type Summary, summaryOf } from "../../reports/summary.ts"
import { OVER_TIME } from "../../reports/charts/over-time.ts"
import { overTimeOf } from "../../analysis/over-time.ts"
import { TroubleLog, type Troubles } from "../../analysis/troubles.ts"

export type { Summary } from "../../reports/summary.ts"
export type { Failure, Violation } from "../../analysis/troubles.ts"
export { Progress, type ProgressState } from "./progress.ts"
export { StoreError } from "../../lib/errors.ts"

/** Real time that shrinking one kind of violation may take, in milliseconds. */
const SHRINK_LIMIT_MS = 120_000

/**
 * Runs all runs of a plan on all workers, and writes tables, charts, report and manifest.
 *
 * Every finished run is in `<outDir>/runs.sqlite` at once and is not run again: not if the sweep is interrupted, and not
 * if the spec changes elsewhere. A run that fails does not stop the others. Fails with a `StoreError` if the results
 * cannot be written; what was finished before is kept then, too.
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

/** Writes the results of a plan all of whose runs are in the store. */
export const finish = Effect.fnUntraced(function* (plan: Plan, options: RunOptions, { state, resumed }: Swept) {
  const [store, registry] = [yield* Store, yield* Algorithms]
  const { outDir } = options
  const { outside } = plan.experiment
  const progress = yield* Progress
  const phase = (name: ProgressState["phase"]) => progress.update({ ...state, phase: name })
  yield* phase("writing results")
  const results = resultsOf(plan, store, registry)
  const troubles = troublesOf(plan, store, outDir)
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
  yield* writeReport(outDir, results, summary, charts)
  yield* phase("done")
  return summary
})

/** The message types and figures that a cell's summary distinguishes. */
function vocabularyFor({ scenario }: Cell, registry: Registry): Vocabulary {
  const algorithm = registry.algorithms[scenario.algorithm]!
  const service = registry.serviceFor(algorithm, scenario.service)!
  return { messageTypes: handlerNames(algorithm, "receive"), figures: Object.keys(service.figures) }
}

/** The thing that all algorithms of a plan recover: a leader only if every one of them has leaders. */
function recoveryIn({ experiment: { variants } }: Plan, { algorithms }: Registry): RecoveryOf {
  const haveLeaders = variants.every(({ algorithm }) =>
    algorithms[algorithm]!.serves.some(({ name }) => name === "leader-election"),
  )
  return haveLeaders ? "leader" : "service"
}

/** Everything that result files are made from. No record stays in memory, and samples only while a point is compared. */
export function resultsOf(plan: Plan, store: RunStore, registry: Registry): Results {
  const recordsOf = (place: number) => store.records(place)
  const cells: CellSummary[] = []
  const differences: Difference[] = []
  const { compare, dimensions, charts } = plan.experiment
  // What is compared along the sweep lies at points that come one after the other: their samples stay until the end.
  const comparable: ComparableSummary[] = []
  const recoveryOf = recoveryIn(plan, registry)
  const isOverTime = charts.includes(OVER_TIME)
  const shares = sharesIn(plan.experiment.published)
  for (const places of pointsOf(plan.cells)) {
    const point = places.map(place => {
      const cell = plan.cells[place]!
      return summarize(cell, recordsOf(place), { ...vocabularyFor(cell, registry), recoveryOf, shares })
    })
    differences.push(...differencesAt(point))
    if (compare.length > 0) comparable.push(...point)
    for (const [index, { samples: _, ...summary }] of point.entries()) {
      const course = isOverTime ? overTimeOf(summary.cell, plan.seeds.slice(0, summary.runs), registry) : undefined
      cells[places[index]!] = course === undefined ? summary : { ...summary, overTime: course }
    }
  }
  const along = differencesAlong(compare, dimensions, comparable)
  return {
    plan,
    recordsOf,
    cells: along.length === 0 ? cells : cells.map(summary => withAlong(summary, along)),
    differences: adjusted(differences),
    along,
    registry,
    versionOf: versionsFor(registry),
  }
}

/** The summary of a cell with the differences along the sweep in which it comes first. */
function withAlong(summary: CellSummary, along: readonly AlongDifference[]): CellSummary {
  const own = along.filter(({ first }) => first === summary.cell)
  return own.length === 0 ? summary : { ...summary, along: own.map(seen) }
}

function troublesOf(plan: Plan, store: RunStore, outDir: string): Troubles {
  const troubles = new TroubleLog(outDir)
  for (const [place, cell] of plan.cells.entries()) {
    for (const [repeat, record] of store.badRecords(place)) troubles.add(plannedRun(plan, cell, repeat), record)
  }
  return troubles
}
