/** Cuts a plan into batches: long enough to make the way to a worker and back cheap, short enough to share evenly. */
import type { Cell } from "../../scenarios/cell.ts"
import type { PendingRuns } from "../store/store.ts"

/** The target duration of a batch, in milliseconds of real time. */
const TARGET_MS = 40
/** And how many runs it may have, so that its records stay few megabytes. */
const MAX_RUNS = 1_000

/** Runs that go to a worker together: of one algorithm and service, of one cell or of several in a row. */
export type BatchParts = readonly PendingRuns[]

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
  readonly #batches: Generator<BatchParts>
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
  next(): BatchParts | undefined {
    const { value, done } = this.#batches.next()
    return done === true ? undefined : value
  }

  /** Takes note that a batch is back. @returns whether it was the last of its algorithm and service */
  finished(parts: BatchParts, elapsedMs: number): boolean {
    const group = this.#groups.get(groupOf(parts[0]!.cell))!
    const runs = runsIn(parts)
    group.remaining -= runs
    if (elapsedMs > 0) this.#perRunMs = elapsedMs / runs
    return group.remaining === 0
  }

  *#cut(): Generator<BatchParts> {
    for (const { pending } of this.#groups.values()) {
      this.#perRunMs = undefined
      let parts: PendingRuns[] = []
      let room = this.#size()
      for (const runs of pending) {
        for (let next = 0; next < runs.repeats.length; ) {
          const repeats = runs.repeats.slice(next, next + room)
          parts.push({ ...runs, repeats })
          next += repeats.length
          room -= repeats.length
          if (room > 0) continue
          yield parts
          parts = []
          room = this.#size()
        }
      }
      if (parts.length > 0) yield parts
    }
  }

  #size(): number {
    if (this.#perRunMs === undefined) return 1
    return Math.min(MAX_RUNS, Math.max(1, Math.round(TARGET_MS / this.#perRunMs)))
  }
}

/** The number of runs in a batch. */
export function runsIn(parts: BatchParts): number {
  return parts.reduce((sum, { repeats }) => sum + repeats.length, 0)
}

function groupOf({ scenario }: Cell): string {
  return `${scenario.algorithm} ${scenario.service}`
}
