/** The runs behind a report's figures, small enough to travel within the page. */
import type { RunRecord } from "../../scenarios/measure.ts"
import { valueOf } from "../../analysis/metrics.ts"
import { type Plan, runId } from "../../experiments/model/plan.ts"
import { type Window, windowsOf } from "../../analysis/recovery.ts"
import { SHOWN } from "../../analysis/format.ts"

/** Runs that a report holds at most; beyond, each cell has its first ones, and those in which something went wrong. */
const MAX_RUNS = 6_000
/** Windows of unavailability that it holds, the longest first. */
const MAX_WINDOWS = 200

/** A run as a row: its cell's place, its number from 1, how it ended, and the values of `SHOWN`. */
export interface RunRow {
  readonly cell: number
  readonly repeat: number
  /** `ok`, or the checks that were violated or undecided, or why it failed. */
  readonly ended: string
  readonly isBad: boolean
  readonly values: readonly (number | null)[]
}

export interface RunsShown {
  readonly rows: readonly RunRow[]
  /** True if some runs are left out. */
  readonly isCut: boolean
  /** In how many of all runs each check was violated; those that never were are not in it. */
  readonly violated: ReadonlyMap<string, number>
  /** Windows of unavailability in all runs, and the longest of them. */
  readonly windows: number
  readonly longestWindows: readonly WindowOfRun[]
}

/** A window of unavailability, and the id of the run that it is in. */
export interface WindowOfRun extends Window {
  readonly id: string
}

/** Collects what a report shows of single runs. @param recordsOf the records of a cell, in the order of its runs */
export function collectRuns(plan: Plan, recordsOf: (place: number) => Iterable<RunRecord>): RunsShown {
  const perCell = Math.max(1, Math.floor(MAX_RUNS / plan.cells.length))
  const rows: RunRow[] = []
  const violated = new Map<string, number>()
  const windows = new LongestWindows()
  let total = 0
  for (const [place, cell] of plan.cells.entries()) {
    let repeat = 0
    for (const record of recordsOf(place)) {
      repeat++
      total++
      for (const window of windowsOf(record, repeat, cell.scenario)) windows.add({ ...window, id: runId(cell, repeat) })
      for (const check of violatedChecks(record)) violated.set(check, (violated.get(check) ?? 0) + 1)
      const row = rowOf(record, place, repeat)
      if (repeat <= perCell || (row.isBad && rows.length < 2 * MAX_RUNS)) rows.push(row)
    }
  }
  const { count, longest } = windows
  return { rows, isCut: rows.length < total, violated, windows: count, longestWindows: longest }
}

/** The longest of all windows that are added; of equally long ones the first. */
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
