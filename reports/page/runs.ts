/** The runs behind a report's figures, small enough to be embedded in the page. */
import type { RunRecord } from "../../scenarios/measure.ts"
import { valueOf } from "../../analysis/metrics.ts"
import { runId } from "../../experiments/model/plan.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { type Window, windowsOf } from "../../analysis/recovery.ts"
import { SHOWN } from "../../analysis/format.ts"

/** The number of runs in a report from which on each cell has only its first ones, and those that failed or violated a check. */
const MAX_RUNS = 6_000
/** The maximum even so: in a sweep with more cells, the last ones have no runs. */
export const MAX_ROWS = 2 * MAX_RUNS
/** The maximum number of outages, the longest first. */
const MAX_WINDOWS = 200

/** A run as a row: its cell's index, its number from 1, its outcome, and the values of `SHOWN`. */
export interface RunRow {
  readonly cell: number
  readonly repeat: number
  /** `ok`, or the checks that were violated or undecided, or the reason of its failure. */
  readonly ended: string
  readonly isBad: boolean
  readonly values: readonly (number | null)[]
}

export interface RunsShown {
  readonly rows: readonly RunRow[]
  /** True if some runs are omitted. */
  readonly isCut: boolean
  /** By check, the number of all runs that violated it; checks without violations are absent. */
  readonly violated: ReadonlyMap<string, number>
  /** The number of outages in all runs, and the longest of them. */
  readonly windows: number
  readonly longestWindows: readonly WindowOfRun[]
}

/** An outage, and the id of its run. */
export interface WindowOfRun extends Window {
  readonly id: string
}

/** Collects a report's material about single runs, which are added in the order of the plan. */
export class RunCollector {
  readonly #perCell: number
  readonly #rows: RunRow[] = []
  readonly #violated = new Map<string, number>()
  readonly #windows = new LongestWindows()
  /** Rows of the first runs of cells. */
  #firsts = 0
  #total = 0

  /** @param cells the number of cells */
  constructor(cells: number) {
    this.#perCell = Math.max(1, Math.floor(MAX_RUNS / cells))
  }

  /** @param place the cell's index in the plan @param repeat the number of the run in its cell, from 1 */
  add(cell: Cell, place: number, repeat: number, record: RunRecord): void {
    this.#total++
    for (const window of windowsOf(record, repeat, cell.scenario))
      this.#windows.add({ ...window, id: runId(cell, repeat) })
    const violated = violatedChecks(record)
    for (const check of violated) this.#violated.set(check, (this.#violated.get(check) ?? 0) + 1)
    const isBad = record.status === "failed" || violated.length > 0
    const isFirst = repeat <= this.#perCell && this.#firsts < MAX_ROWS
    if (isFirst) this.#firsts++
    if (isFirst || (isBad && this.#rows.length < MAX_ROWS)) this.#rows.push(rowOf(record, place, repeat))
  }

  get shown(): RunsShown {
    const { count, longest } = this.#windows
    const rows = this.#rows
    return { rows, isCut: rows.length < this.#total, violated: this.#violated, windows: count, longestWindows: longest }
  }
}

/** The longest of all added outages; of equally long ones, the first. */
class LongestWindows {
  count = 0
  #kept: readonly WindowOfRun[] = []
  #added: WindowOfRun[] = []

  add(window: WindowOfRun): void {
    this.count++
    this.#added.push(window)
    if (this.#added.length === MAX_WINDOWS) this.#sort()
  }

  get longest(): readonly WindowOfRun[] {
    this.#sort()
    return this.#kept
  }

  #sort(): void {
    const length = ({ start, end }: WindowOfRun): number => end - start
    this.#kept = [...this.#kept, ...this.#added].toSorted((a, b) => length(b) - length(a)).slice(0, MAX_WINDOWS)
    this.#added = []
  }
}

function violatedChecks(record: RunRecord): readonly string[] {
  if (record.status === "failed") return []
  return record.findings.flatMap(({ check, verdict }) => (verdict === "violated" ? [check] : []))
}

function rowOf(record: RunRecord, cell: number, repeat: number): RunRow {
  if (record.status === "failed") {
    return { cell, repeat, ended: `failed: ${record.reason}`, isBad: true, values: SHOWN.map(() => null) }
  }
  const found = record.findings.map(({ check, verdict }) => `${check} ${verdict}`)
  return {
    cell,
    repeat,
    ended: found.length === 0 ? "ok" : found.join(", "),
    isBad: violatedChecks(record).length > 0,
    values: SHOWN.map(({ name }) => valueOf(record, name)),
  }
}
