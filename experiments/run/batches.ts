/** Cuts a plan into batches: long enough to make the way to a worker and back cheap, short enough to share evenly. */
import type { Cell } from "../../scenarios/cell.ts"
import type { PendingRuns } from "../store/store.ts"

/** The target duration of a batch, in milliseconds of real time. */
const TARGET_MS = 40
/** And how many runs it may have, so that its records stay few megabytes. */
const MAX_RUNS = 1_000

/** The runs of one algorithm and service. */
interface Group {
  readonly pending: PendingRuns[]
  /** Runs that have not come back. */
  remaining: number
}

/**
 * Hands out the runs of a plan, all those of one algorithm and service before those of the next, in batches sized by
 * how long the runs before them took.
 */
export class BatchQueue {
  readonly #groups = new Map<string, Group>()
  readonly #batches: Generator<PendingRuns>
  /** The duration of a run of the current algorithm, in milliseconds; undefined before the first result. */
  #perRunMs: number | undefined

  constructor(pending: readonly PendingRuns[]) {
    for (const runs of pending) {
      const group = this.#groups.get(groupOf(runs.cell)) ?? { pending: [], remaining: 0 }
      group.pending.push(runs)
      group.remaining += runs.repeats.length
      this.#groups.set(groupOf(runs.cell), group)
    }
    this.#batches = this.#cut()
  }

  /** The next batch, or `undefined` if all have been handed out. */
  next(): PendingRuns | undefined {
    const { value, done } = this.#batches.next()
    return done === true ? undefined : value
  }

  /** Takes note that a batch is back. @returns whether it was the last of its algorithm and service */
  finished({ cell, repeats }: PendingRuns, elapsedMs: number): boolean {
    const group = this.#groups.get(groupOf(cell))!
    group.remaining -= repeats.length
    if (elapsedMs > 0) this.#perRunMs = elapsedMs / repeats.length
    return group.remaining === 0
  }

  *#cut(): Generator<PendingRuns> {
    for (const { pending } of this.#groups.values()) {
      this.#perRunMs = undefined
      for (const runs of pending) {
        for (let next = 0; next < runs.repeats.length; ) {
          const repeats = runs.repeats.slice(next, next + this.#size())
          next += repeats.length
          yield { ...runs, repeats }
        }
      }
    }
  }

  #size(): number {
    if (this.#perRunMs === undefined) return 1
    return Math.min(MAX_RUNS, Math.max(1, Math.round(TARGET_MS / this.#perRunMs)))
  }
}

function groupOf({ scenario }: Cell): string {
  return `${scenario.algorithm} ${scenario.service}`
}
