/**
 * How long outages last: the distribution of recovery times, of which some were not seen to their end.
 *
 * Kaplan and Meier 1958 (JASA 53): an outage that the run's end cut off says that its repair takes longer than that.
 * The interval is over runs, since outages of one run share its faults: the variance is that of leaving out one run at a
 * time (the jackknife).
 */
import { isRepaired, type RunRecord } from "./measure.ts"
import { studentT } from "./statistics.ts"

/** An outage of a run. */
export interface Window {
  /** The run's number in its cell, from 1. */
  readonly run: number
  /** Virtual time in microseconds. */
  readonly start: number
  readonly end: number
  /** Whether the service recovered; otherwise the run ended first. */
  readonly isRepaired: boolean
  /** The faults that came shortly before, in words; empty if none did. */
  readonly cause: string
}

/** A step of the distribution function. */
export interface RecoveryStep {
  /** Milliseconds out of service. */
  readonly x: number
  /** Share of outages repaired by then, and its 95 % interval; the ends are null with fewer than two runs. */
  readonly share: number
  readonly low: number | null
  readonly high: number | null
}

/** Outages of a cell's runs. */
export function windowsOf(records: readonly RunRecord[], scenario: { readonly duration: number }): readonly Window[] {
  return records.flatMap((record, index) =>
    record.status === "failed"
      ? []
      : record.outages.map(outage => ({ ...outage, run: index + 1, isRepaired: isRepaired(outage, scenario) })),
  )
}

/** Steps shown at most; what lies between two of them is left out. */
const MOST_STEPS = 120
/** More runs with outages than these are not left out one by one, but in so many groups. */
const MOST_GROUPS = 60

/** The distribution of recovery times; empty if there was no outage. */
export function recoveryCurve(windows: readonly Window[]): readonly RecoveryStep[] {
  if (windows.length === 0) return []
  const grid = gridOf(windows)
  const all = sharesAt(grid, windows)
  const runs = [...new Set(windows.map(({ run }) => run))]
  const groups = Math.min(runs.length, MOST_GROUPS)
  const groupOf = new Map(runs.map((run, index) => [run, index % groups]))
  const without = Array.from({ length: groups }, (_, group) =>
    sharesAt(
      grid,
      windows.filter(({ run }) => groupOf.get(run) !== group),
    ),
  )
  const steps = grid.map((x, index): RecoveryStep => {
    const share = all[index]!
    if (groups < 2) return { x, share, low: null, high: null }
    const left = without.map(shares => shares[index]!)
    const mean = left.reduce((sum, of) => sum + of, 0) / groups
    const spread = left.reduce((sum, of) => sum + (of - mean) ** 2, 0)
    const half = studentT(groups - 1) * Math.sqrt(((groups - 1) / groups) * spread)
    return { x, share, low: Math.max(0, share - half), high: Math.min(1, share + half) }
  })
  return [{ x: grid[0]!, share: 0, low: null, high: null }, ...steps]
}

/** Lengths at which the function is evaluated: all repairs, or as many of them as are shown, and the longest outage. */
function gridOf(windows: readonly Window[]): readonly number[] {
  const lengths = windows.map(({ start, end }) => (end - start) / 1_000).toSorted((a, b) => a - b)
  const distinct = [...new Set(lengths)]
  const step = Math.max(1, distinct.length / MOST_STEPS)
  const chosen = Array.from(
    { length: Math.min(distinct.length, MOST_STEPS) },
    (_, k) => distinct[Math.floor(k * step)]!,
  )
  return chosen.at(-1) === distinct.at(-1) ? chosen : [...chosen, distinct.at(-1)!]
}

/** The product-limit estimate of the share repaired within each time. */
function sharesAt(grid: readonly number[], windows: readonly Window[]): readonly number[] {
  // Those cut off at a time were still out then: repairs at the same time come first.
  const order = windows
    .map(({ start, end, isRepaired: repaired }) => ({ length: (end - start) / 1_000, repaired }))
    .toSorted((a, b) => a.length - b.length || Number(b.repaired) - Number(a.repaired))
  let out = 1
  let next = 0
  return grid.map(x => {
    for (; next < order.length && order[next]!.length <= x; next++) {
      if (order[next]!.repaired) out *= 1 - 1 / (order.length - next)
    }
    return 1 - out
  })
}
