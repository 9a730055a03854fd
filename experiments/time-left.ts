/**
 * How long a sweep will still take: from what the latest runs of each algorithm took, and how many are left of which size.
 *
 * The first runs tell little: the engine has yet to optimize the code, and cells come from the smallest to the largest.
 */
import type { Cell } from "./cell.ts"
import { messagesByFormula } from "./estimate.ts"
import type { PendingRuns } from "./store/store.ts"

/** Of each algorithm and service, batches for each worker that are not counted yet. */
const WARM_UP = 2
/** What earlier batches still weigh beside the latest: about the last thirty count. */
const FADING = 0.97

/** The runs of one algorithm and service that are to be done. */
interface Group {
  runs: number
  /** Their sizes together, in a measure of the algorithm's own. */
  size: number
  batches: number
  /** Of the latest batches: what they took their worker, in milliseconds, and their sizes. */
  latestMs: number
  latestSize: number
  /** What a run takes, for guessing at algorithms of which none came back yet. */
  perRunMs: number
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
  finished({ cell, repeats }: Pick<PendingRuns, "cell" | "repeats">, elapsedMs: number): void {
    const group = this.#groupOf(cell)
    const size = sizeOf(cell) * repeats.length
    group.runs -= repeats.length
    group.size -= size
    const weight = group.batches <= WARM_UP * this.#workers ? 0 : FADING
    group.batches++
    group.latestMs = group.latestMs * weight + elapsedMs
    group.latestSize = group.latestSize * weight + size
    group.perRunMs = elapsedMs / repeats.length
  }

  /** Real time until all runs are done, in milliseconds; `undefined` as long as there is too little to go by. */
  get remainingMs(): number | undefined {
    const groups = [...this.#groups.values()]
    const isKnown = groups.some(({ batches, runs }) => batches > WARM_UP * this.#workers || (batches > 0 && runs === 0))
    if (!isKnown) return undefined
    const seen = groups.filter(({ batches }) => batches > 0)
    const perRunMs = seen.reduce((sum, group) => sum + group.perRunMs, 0) / seen.length
    const left = groups.map(({ latestMs, latestSize, size, runs }) =>
      latestSize === 0 ? runs * perRunMs : (size * latestMs) / latestSize,
    )
    return left.reduce((sum, time) => sum + time, 0) / this.#workers
  }

  #groupOf({ scenario }: Cell): Group {
    const key = `${scenario.algorithm} ${scenario.service}`
    const group = this.#groups.get(key) ?? { runs: 0, size: 0, batches: 0, latestMs: 0, latestSize: 0, perRunMs: 0 }
    this.#groups.set(key, group)
    return group
  }
}

/** How much work a run is, beside others of the same algorithm: its messages, or nodes times virtual time. */
function sizeOf(cell: Cell): number {
  return messagesByFormula(cell) ?? cell.scenario.nodes * Math.max(1, cell.scenario.duration)
}
