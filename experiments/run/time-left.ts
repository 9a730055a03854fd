/**
 * Estimates the remaining time of a sweep: from the duration of the latest runs of each algorithm, and the number and size of
 * the pending ones.
 *
 * The first runs are poor evidence: the engine has yet to optimize the code, and the smallest cells come first.
 */
import type { Cell } from "../../scenarios/cell.ts"
import { messagesByFormula } from "./estimate.ts"
import type { PendingRuns } from "../store/store.ts"

/** Batches per worker that are ignored at the start of each algorithm and service. */
const WARM_UP = 2
/** The decay of older batches: about the last thirty count. */
const FADING = 0.97

/** The pending runs of one algorithm and service. */
interface Group {
  runs: number
  /** Their total size, in a unit specific to the algorithm. */
  size: number
  batches: number
  /** Of the latest batches: worker time in milliseconds, sizes, and runs. */
  latestMs: number
  latestSize: number
  latestRuns: number
}

export class TimeLeft {
  readonly #groups = new Map<string, Group>()
  readonly #workers: number

  constructor(pending: readonly Pick<PendingRuns, "cell" | "repeats">[], workers: number) {
    this.#workers = workers
    for (const { cell, repeats } of pending) {
      const group = this.#groupOf(cell)
      group.runs += repeats.length
      group.size += sizeOf(cell) * repeats.length
    }
  }

  /** Records that a batch is complete. @param elapsedMs real time that it took its worker */
  finished(parts: readonly Pick<PendingRuns, "cell" | "repeats">[], elapsedMs: number): void {
    const group = this.#groupOf(parts[0]!.cell)
    const runs = parts.reduce((sum, { repeats }) => sum + repeats.length, 0)
    const size = parts.reduce((sum, { cell, repeats }) => sum + sizeOf(cell) * repeats.length, 0)
    group.runs -= runs
    group.size -= size
    const weight = group.batches <= WARM_UP * this.#workers ? 0 : FADING
    group.batches++
    group.latestMs = group.latestMs * weight + elapsedMs
    group.latestSize = group.latestSize * weight + size
    group.latestRuns = group.latestRuns * weight + runs
  }

  /** Real time until all runs are finished, in milliseconds; `undefined` until enough runs are finished. */
  get remainingMs(): number | undefined {
    const groups = [...this.#groups.values()]
    const known = groups.filter(group => this.#isKnown(group))
    if (known.length === 0) return undefined
    // The average duration of a run, as a guess for algorithms that have hardly started.
    const perRunMs = known.reduce((sum, { latestMs, latestRuns }) => sum + latestMs / latestRuns, 0) / known.length
    const left = groups.map(group =>
      known.includes(group) ? (group.size * group.latestMs) / group.latestSize : group.runs * perRunMs,
    )
    return left.reduce((sum, time) => sum + time, 0) / this.#workers
  }

  /** The remaining time for one algorithm and service; 0 until enough of its runs are finished. */
  remainingMsOf(cell: Cell): number {
    const group = this.#groupOf(cell)
    return this.#isKnown(group) ? (group.size * group.latestMs) / group.latestSize / this.#workers : 0
  }

  /** True if enough of its batches, or all of them, are complete. */
  #isKnown({ batches, runs }: Group): boolean {
    return batches > WARM_UP * this.#workers || (batches > 0 && runs === 0)
  }

  #groupOf({ scenario }: Cell): Group {
    const key = `${scenario.algorithm} ${scenario.service}`
    const group = this.#groups.get(key) ?? { runs: 0, size: 0, batches: 0, latestMs: 0, latestSize: 0, latestRuns: 0 }
    this.#groups.set(key, group)
    return group
  }
}

/** The work of a run, relative to others of the same algorithm: its messages, or nodes times virtual time. */
function sizeOf(cell: Cell): number {
  return messagesByFormula(cell) ?? cell.scenario.nodes * Math.max(1, cell.scenario.duration)
}
