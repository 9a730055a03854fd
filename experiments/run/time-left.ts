/**
 * The time that a sweep still needs: from the duration of the latest runs of each algorithm, and the number and size of those left.
 *
 * The first runs tell little: the engine has yet to optimize the code, and cells come from the smallest to the largest.
 */
import type { Cell } from "../../scenarios/cell.ts"
import { messagesByFormula } from "./estimate.ts"
import type { PendingRuns } from "../store/store.ts"

/** Of each algorithm and service, batches for each worker that are not counted yet. */
const WARM_UP = 2
/** The weight of earlier batches beside the latest: about the last thirty count. */
const FADING = 0.97

/** The runs of one algorithm and service that are to be done. */
interface Group {
  runs: number
  /** Their sizes together, in a measure of the algorithm's own. */
  size: number
  batches: number
  /** Of the latest batches: what they took their worker, in milliseconds, their sizes, and their runs. */
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

  /** Records that a batch is back. @param elapsedMs real time that it took its worker */
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

  /** Real time until all runs are done, in milliseconds; `undefined` as long as too few runs are done to tell. */
  get remainingMs(): number | undefined {
    const groups = [...this.#groups.values()]
    const known = groups.filter(group => this.#isKnown(group))
    if (known.length === 0) return undefined
    // What a run takes on average, for guessing at algorithms that have hardly begun.
    const perRunMs = known.reduce((sum, { latestMs, latestRuns }) => sum + latestMs / latestRuns, 0) / known.length
    const left = groups.map(group =>
      known.includes(group) ? (group.size * group.latestMs) / group.latestSize : group.runs * perRunMs,
    )
    return left.reduce((sum, time) => sum + time, 0) / this.#workers
  }

  /** The same of the runs of one algorithm and service alone; 0 as long as too few of these are done to tell. */
  remainingMsOf(cell: Cell): number {
    const group = this.#groupOf(cell)
    return this.#isKnown(group) ? (group.size * group.latestMs) / group.latestSize / this.#workers : 0
  }

  /** True if enough of its batches came back, or all of them. */
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
