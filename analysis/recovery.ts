/**
 * The duration of outages: the distribution of recovery times, some of which are censored.
 *
 * Kaplan and Meier 1958 (JASA 53): an outage that the run's end cut off is known only to last longer than that. The interval is
 * over runs, since outages of one run share its faults: the variance is the jackknife's, which leaves out one run at a time.
 */
import type { Outage } from "../runtime/contract/service.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import { isRepaired, type RunRecord } from "../scenarios/measure.ts"
import { studentT } from "./statistics.ts"

/** The thing that recovers: the leader for algorithms that report one, otherwise the service. */
export type RecoveryOf = "leader" | "service"

/** An outage of a run. */
export interface Window {
  /** The run's number in its cell, from 1. */
  readonly run: number
  /** Virtual time in microseconds. */
  readonly start: number
  readonly end: number
  /** True if the service recovered; otherwise the run ended first. */
  readonly isRepaired: boolean
  /** The faults shortly before, in words; empty if there were none. */
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

/** Outages of a cell's run. @param run its number, from 1 */
export function windowsOf(record: RunRecord, run: number, scenario: { readonly duration: number }): readonly Window[] {
  if (record.status === "failed") return []
  return record.outages.map(outage => ({ ...outage, run, isRepaired: isRepaired(outage, scenario) }))
}

/** The maximum number of steps shown; those in between are omitted. */
const MAX_STEPS = 120
/** The error of floating-point arithmetic. */
const ROUNDING = 1e-9
/** The maximum number of groups of runs for the jackknife, if more runs than that have outages. */
const MAX_GROUPS = 60

/** The durations of the outages of a cell's runs, at 8 bytes each. */
export class OutageLengths {
  readonly #scenario: { readonly duration: number }
  /** Each outage is encoded as one number, so that sorting is numeric; see {@link OutageLengths.#inOrder}. */
  readonly #outages: number[] = []
  #runs = 0

  constructor(scenario: { readonly duration: number }) {
    this.#scenario = scenario
  }

  /** Adds the outages of a run. */
  add(outages: readonly Outage[]): void {
    if (outages.length === 0) return
    const group = this.#runs++ % MAX_GROUPS
    for (const outage of outages) {
      // An outage censored at a time was still under way then: repairs at the same time sort first.
      const cut = isRepaired(outage, this.#scenario) ? 0 : 1
      this.#outages.push(((outage.end - outage.start) * 2 + cut) * MAX_GROUPS + group)
    }
  }

  /** The distribution of recovery times; empty if there was no outage. */
  curve(): readonly RecoveryStep[] {
    if (this.#runs === 0) return []
    const outages = this.#inOrder()
    const grid = gridOf(outages)
    const all = sharesAt(grid, outages)
    const groups = Math.min(this.#runs, MAX_GROUPS)
    const without = Array.from({ length: groups }, (_, group) => sharesAt(grid, outages, group))
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

  /** The time by which a share was repaired; null if fewer were. */
  quantile(share: number): number | null {
    const outages = this.#inOrder()
    const grid = outages.lengths.filter((length, place) => length !== outages.lengths[place - 1])
    const place = sharesAt([...grid], outages).findIndex(repaired => repaired >= share - ROUNDING)
    return place < 0 ? null : grid[place]!
  }

  #inOrder(): OutagesInOrder {
    const sorted = Float64Array.from(this.#outages).toSorted()
    const half = sorted.map(outage => Math.floor(outage / MAX_GROUPS))
    return {
      lengths: half.map(outage => Math.floor(outage / 2) / MILLISECOND),
      isCut: Uint8Array.from(half, outage => outage % 2),
      groups: Uint8Array.from(sorted, outage => outage % MAX_GROUPS),
    }
  }
}

/** Outages by length, in milliseconds; at equal lengths, censored ones after repaired ones. */
interface OutagesInOrder {
  readonly lengths: Float64Array
  readonly isCut: Uint8Array
  /** The jackknife group of each outage's run. */
  readonly groups: Uint8Array
}

/** Lengths at which the function is evaluated: all repairs, or as many as are shown, and the longest outage. */
function gridOf({ lengths }: OutagesInOrder): readonly number[] {
  const distinct = lengths.filter((length, place) => length !== lengths[place - 1])
  const step = Math.max(1, distinct.length / MAX_STEPS)
  const chosen = Array.from({ length: Math.min(distinct.length, MAX_STEPS) }, (_, k) => distinct[Math.floor(k * step)]!)
  return chosen.at(-1) === distinct.at(-1) ? chosen : [...chosen, distinct.at(-1)!]
}

/** The product-limit estimate of the share repaired within each time. @param leftOut a group to leave out */
function sharesAt(
  grid: readonly number[],
  { lengths, isCut, groups }: OutagesInOrder,
  leftOut?: number,
): readonly number[] {
  let lasting = groups.reduce((count, group) => (group === leftOut ? count : count + 1), 0)
  let out = 1
  let next = 0
  return grid.map(x => {
    for (; next < lengths.length && lengths[next]! <= x; next++) {
      if (groups[next] === leftOut) continue
      if (isCut[next] === 0) out *= 1 - 1 / lasting
      lasting--
    }
    return 1 - out
  })
}
