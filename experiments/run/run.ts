/** Runs an experiment from plan to report. */
import * as Effect from "effect/Effect"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"
import { type CellSummary, summarize, type Vocabulary } from "../../analysis/aggregate.ts"
import { codeVersion } from "../../lib/assets.ts"
import type { Cell, Registry } from "../../scenarios/cell.ts"
import { adjusted, type Difference, differencesAt, pointsOf } from "../../analysis/comparisons.ts"
import { examineOutside } from "./examine.ts"
import { registryWith } from "../../scenarios/outside/load.ts"
import { type Plan, plannedRun } from "../model/plan.ts"
import { sweepUntilPrecise } from "./precise-sweep.ts"
import { Progress, type ProgressState } from "./progress.ts"
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
import { storeError } from "../../lib/errors.ts"
import { makeFolder } from "../../lib/files.ts"
import { RunStore, STORE_FILE } from "../store/store.ts"
import { answerOf } from "../../reports/answer/answer.ts"
import { type Summary, summaryOf } from "../../reports/summary.ts"
import { columnOf, namesIn } from "../store/tables.ts"
import { TroubleLog, type Troubles } from "../../analysis/troubles.ts"
import { Workers } from "./workers.ts"

export type { Summary } from "../../reports/summary.ts"
export type { Failure, Violation } from "../../analysis/troubles.ts"
export { Progress, type ProgressState } from "./progress.ts"
export { StoreError } from "../../lib/errors.ts"

export interface RunOptions {
  /** The folder that receives the results; it is made if it is not there. See `resultsFolder`. */
  readonly outDir: string
  /** Number of worker threads; default: one for each core. */
  readonly workers?: number
  /** A registry other than the workbench's own, and the URL of the module that it is, for the workers. */
  readonly registry?: { readonly module: string; readonly registry: Registry }
  /** Real time that a single run may take, in milliseconds; default: two minutes. */
  readonly limitMs?: number
  /** Memory that the state of a run may take, in MiB; default: 2 GiB. */
  readonly memoryMb?: number
}

/** What a run may take unless the user says otherwise: real time in milliseconds, memory in MiB. */
export const LIMIT_MS = 120_000
export const MEMORY_MB = 2_048
/** Real time that shrinking one kind of violation may take, in milliseconds. */
const SHRINK_LIMIT_MS = 120_000

/** Where an experiment's results go unless the user says otherwise. */
export function resultsFolder(experiment: { readonly name: string }): string {
  return join("results", experiment.name)
}

/**
 * Runs all runs of a plan on all workers, and writes tables, charts, report and manifest.
 *
 * Every finished run is in `<outDir>/runs.sqlite` at once and is not run again: not if the sweep is interrupted, and not
 * if the spec changes elsewhere. A run that fails does not stop the others. Fails with a `StoreError` if the results
 * cannot be written; what was finished before is kept then, too.
 */
export const runExperiment = Effect.fn("runExperiment")(function* (plan: Plan, options: RunOptions) {
  const { store, registry } = yield* prepare(plan, options)
  const swept = yield* Effect.gen(function* () {
    if (store.pending().length > 0) yield* examineOutside(plan, registry)
    return yield* sweepUntilPrecise(plan, store)
  }).pipe(Effect.provide(workersFor(plan, options)))
  return yield* finish(plan, options, { store, registry, ...swept })
}, Effect.scoped)

/** An experiment whose store is open: until the end of the scope. */
export interface Prepared {
  readonly store: RunStore
  readonly registry: Registry
}

/** Opens the store of a plan's runs, in the folder for the results unless told otherwise. */
export const prepare = Effect.fnUntraced(function* (plan: Plan, options: RunOptions, file?: string) {
  const registry = yield* Effect.promise(() => registryWith(plan.experiment.outside, options.registry?.registry))
  const store = yield* openStore(file ?? join(options.outDir, STORE_FILE))
  yield* beginPlan(store, plan, registry)
  return { store, registry } satisfies Prepared
})

/** Threads of this process for the runs of a plan. */
export function workersFor({ experiment }: Plan, options: RunOptions) {
  return threads(options, experiment.outside)
}

/** Threads of this process. */
export function threads(options: Omit<RunOptions, "outDir">, outside: readonly string[] = []) {
  return Workers.layer({
    size: options.workers ?? availableParallelism(),
    limitMs: options.limitMs ?? LIMIT_MS,
    memoryMb: options.memoryMb ?? MEMORY_MB,
    outside,
    ...(options.registry === undefined ? {} : { registry: options.registry.module }),
  })
}

/** Writes the results of a plan all of whose runs are in the store. */
export const finish = Effect.fnUntraced(function* (
  plan: Plan,
  options: RunOptions,
  done: Prepared & { readonly state: ProgressState; readonly resumed: number },
) {
  const { store, registry, state, resumed } = done
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
  const { cells, differences } = results
  if (troubles.violations.length + troubles.failures.length > 0) yield* phase("shrinking violations")
  const shrunk = yield* shrinkViolations(plan, troubles.kinds, outDir, registry, {
    size: options.workers ?? availableParallelism(),
    limitMs: SHRINK_LIMIT_MS,
    outside,
    ...(options.registry === undefined ? {} : { registry: options.registry.module }),
  })
  const answer = answerOf(plan, cells, differences, registry)
  const summary: Summary = summaryOf(plan, cells, troubles, { outDir, files, resumed, answer, shrunk })
  yield* writeSummary(outDir, summary)
  yield* writeReport(outDir, results, summary, charts)
  yield* phase("done")
  return summary
})

/** Opens a store, and makes the folder for it, until the end of the scope. */
const openStore = (path: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        makeFolder(dirname(path))
        return new RunStore(path)
      },
      catch: error => storeError(path, error),
    }),
    store => Effect.sync(() => store.close()),
  )

const beginPlan = (store: RunStore, plan: Plan, registry: Registry) =>
  Effect.try({
    try: () => store.begin(plan, versionsFor(registry), vocabularyOf(plan, registry)),
    catch: error => storeError(store.path, error),
  })

/** The version of each algorithm's code; every one is looked up once. */
function versionsFor(registry: Registry): (algorithm: string) => string {
  const versions = new Map<string, string>()
  return algorithm => {
    const version = versions.get(algorithm) ?? codeVersion(algorithm, registry.codeOf?.(algorithm))
    versions.set(algorithm, version)
    return version
  }
}

/** What a cell's summary tells apart. */
function vocabularyFor({ scenario }: Cell, registry: Registry): Vocabulary {
  const algorithm = registry.algorithms[scenario.algorithm]!
  const service = registry.serviceFor(algorithm, scenario.service)!
  return { messageTypes: Object.keys(algorithm.receive), figures: Object.keys(service.figures) }
}

/** What all algorithms of a plan recover: a leader only if every one of them has leaders. */
function recoveryIn({ experiment: { variants } }: Plan, { algorithms }: Registry): RecoveryOf {
  const haveLeaders = variants.every(({ algorithm }) =>
    algorithms[algorithm]!.serves.some(({ name }) => name === "leader-election"),
  )
  return haveLeaders ? "leader" : "service"
}

/** What the columns of the store's views are made from. */
function vocabularyOf(plan: Plan, registry: Registry) {
  const others = plan.experiment.dimensions.filter(({ name }) => name !== "nodes")
  const dimensions = others.map(dimension => ({ name: dimension.name, column: columnOf(dimension) }))
  return { ...namesIn(plan, registry), dimensions }
}

/** Everything that result files are made from. No record stays in memory, and samples only while a point is compared. */
function resultsOf(plan: Plan, store: RunStore, registry: Registry): Results {
  const recordsOf = (place: number) => store.records(place)
  const cells: CellSummary[] = []
  const differences: Difference[] = []
  const recoveryOf = recoveryIn(plan, registry)
  for (const places of pointsOf(plan.cells)) {
    const point = places.map(place => {
      const cell = plan.cells[place]!
      return summarize(cell, recordsOf(place), { ...vocabularyFor(cell, registry), recoveryOf })
    })
    differences.push(...differencesAt(point))
    for (const [index, { samples: _, ...summary }] of point.entries()) cells[places[index]!] = summary
  }
  return { plan, recordsOf, cells, differences: adjusted(differences), registry, versionOf: versionsFor(registry) }
}

function troublesOf(plan: Plan, store: RunStore, outDir: string): Troubles {
  const troubles = new TroubleLog(outDir)
  for (const [place, cell] of plan.cells.entries()) {
    for (const [repeat, record] of store.badRecords(place)) troubles.add(plannedRun(plan, cell, repeat), record)
  }
  return troubles
}
