/** Reads the runs of a plan back from its store, cell by cell, and computes the material of the result files. */
import { handlerNames } from "../../runtime/contract/parts.ts"
import * as Effect from "effect/Effect"
import {
  type CellSummary,
  type ComparableSummary,
  summarize,
  type SummaryPart,
  type Vocabulary,
} from "../../analysis/aggregate.ts"
import { type AlongDifference, differencesAlong, seen } from "../../analysis/along.ts"
import { adjusted, type Compared, type Difference, differencesAt, pointsOf } from "../../analysis/comparisons.ts"
import { KeptSummaries } from "../../analysis/kept.ts"
import { overTimeOf } from "../../analysis/over-time.ts"
import type { RecoveryOf } from "../../analysis/recovery.ts"
import { storeError } from "../../lib/errors.ts"
import { partsDrawn } from "../../reports/charts/registry.ts"
import type { Results } from "../../reports/results.ts"
import type { Cell, Registry } from "../../scenarios/cell.ts"
import type { RunRecord } from "../../scenarios/measure.ts"
import type { Plan } from "../model/plan.ts"
import { sharesIn } from "../model/published.ts"
import type { RunStore } from "../store/store.ts"
import { versionsFor } from "./prepare.ts"

/** An observer of the runs and cells as they are read, in the order of the plan. */
export interface Onlooker {
  /** @param repeat the number of the run in its cell, from 1 */
  run?(cell: Cell, place: number, repeat: number, record: RunRecord): void
  cell?(summary: ComparableSummary): void
}

/** The maximum number of runs of a cell that are held in memory while it is summarized; larger cells are read repeatedly. */
const MAX_HELD = 200

/** Cells read before yielding to other work of the process. */
const CELLS_AT_A_TIME = 100

/**
 * The material of charts and report. Memory holds no records, samples only while their point is compared, and only the parts of
 * summaries that will be shown.
 */
export const readResults = Effect.fnUntraced(function* (
  plan: Plan,
  store: RunStore,
  registry: Registry,
  onlooker: Onlooker = {},
) {
  const reading = new Reading(plan, registry)
  for (let from = 0; from < plan.cells.length; from += CELLS_AT_A_TIME) {
    const to = Math.min(plan.cells.length, from + CELLS_AT_A_TIME)
    yield* Effect.try({
      try: () => {
        for (let place = from; place < to; place++) {
          const records = store.records(place)
          const held = store.repeatsOf(place) <= MAX_HELD ? [...records] : records
          reading.read(place, held, onlooker)
        }
      },
      catch: error => storeError(store.path, error),
    })
    yield* Effect.yieldNow
  }
  return reading.results()
})

class Reading {
  readonly #plan: Plan
  readonly #registry: Registry
  readonly #vocabulary: Omit<Vocabulary, "messageTypes" | "figures" | "parts">
  readonly #partsOf: (cell: Cell) => ReadonlySet<SummaryPart>
  readonly #kept: KeptSummaries
  readonly #cells: CellSummary[] = []
  readonly #points: Points
  /** By point, in order. */
  readonly #differences: (readonly Difference[])[] = []
  /** Points compared along the sweep, which follow one another: their samples are kept until the end. */
  readonly #comparable: (readonly Compared[])[] = []

  constructor(plan: Plan, registry: Registry) {
    const { published, variants, compare } = plan.experiment
    const isCompared = variants.length > 1 || compare.length > 0
    this.#plan = plan
    this.#registry = registry
    this.#vocabulary = { recoveryOf: recoveryIn(plan, registry), shares: sharesIn(published), isCompared }
    this.#partsOf = partsDrawn(plan)
    this.#kept = new KeptSummaries(plan.cells.length)
    this.#points = new Points(plan.cells)
  }

  read(place: number, records: Iterable<RunRecord>, { run, cell: look }: Onlooker): void {
    const { experiment, seeds, cells } = this.#plan
    const cell = cells[place]!
    let repeat = 0
    if (run !== undefined) for (const record of records) run(cell, place, ++repeat, record)
    const parts = this.#partsOf(cell)
    const summary = summarize(cell, records, { ...namesOf(cell, this.#registry), ...this.#vocabulary, parts })
    look?.(summary)
    const { index, whole } = this.#points.add(place, summary)
    if (whole !== undefined) {
      this.#differences[index] = differencesAt(whole)
      if (experiment.compare.length > 0) this.#comparable[index] = whole
    }
    const kept = this.#kept.keep(place, summary, parts)
    const seedsOfRuns = seeds.slice(0, summary.runs)
    const overTime = parts.has("overTime") ? overTimeOf(cell, seedsOfRuns, this.#registry) : undefined
    this.#cells[place] = overTime === undefined ? kept : { ...kept, overTime }
  }

  results(): Results {
    const { compare, dimensions } = this.#plan.experiment
    const along = differencesAlong(compare, dimensions, this.#comparable.flat())
    return {
      plan: this.#plan,
      cells: along.length === 0 ? this.#cells : this.#cells.map(summary => withAlong(summary, along)),
      differences: adjusted(this.#differences.flat()),
      along,
      registry: this.#registry,
      versionOf: versionsFor(this.#registry),
    }
  }
}

/** The points of a sweep, collected from cells that are read one after the other. */
class Points {
  readonly #points: readonly (readonly number[])[]
  readonly #pointAt: Int32Array
  /** Cells of incomplete points, by their index. */
  readonly #found = new Map<number, Compared>()

  constructor(cells: readonly Cell[]) {
    this.#points = pointsOf(cells)
    this.#pointAt = new Int32Array(cells.length)
    for (const [index, places] of this.#points.entries()) for (const place of places) this.#pointAt[place] = index
  }

  /** @returns the number of the cell's point, and all its cells once they are complete */
  add(place: number, { cell, samples }: Compared): { readonly index: number; readonly whole?: readonly Compared[] } {
    const index = this.#pointAt[place]!
    this.#found.set(place, { cell, samples })
    const places = this.#points[index]!
    const whole = places.flatMap(each => this.#found.get(each) ?? [])
    if (whole.length < places.length) return { index }
    for (const each of places) this.#found.delete(each)
    return { index, whole }
  }
}

/** The names of the message types and figures in a cell's summary. */
function namesOf({ scenario }: Cell, registry: Registry): Vocabulary {
  const algorithm = registry.algorithms[scenario.algorithm]!
  const service = registry.serviceFor(algorithm, scenario.service)!
  return { messageTypes: handlerNames(algorithm, "receive"), figures: Object.keys(service.figures) }
}

/** The kind of recovery that all algorithms of a plan have: of a leader only if all of them have leaders. */
function recoveryIn({ experiment: { variants } }: Plan, { algorithms }: Registry): RecoveryOf {
  const haveLeaders = variants.every(({ algorithm }) =>
    algorithms[algorithm]!.serves.some(({ name }) => name === "leader-election"),
  )
  return haveLeaders ? "leader" : "service"
}

/** The summary of a cell with the differences along the sweep in which it comes first. */
function withAlong(summary: CellSummary, along: readonly AlongDifference[]): CellSummary {
  const own = along.filter(({ first }) => first === summary.cell)
  return own.length === 0 ? summary : { ...summary, along: own.map(seen) }
}
