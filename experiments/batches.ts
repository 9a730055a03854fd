/** Cuts a plan into batches: long enough to make the way to a worker and back cheap, short enough to share evenly. */
import type { Cell } from "./cell.ts"
import type { Plan } from "./plan.ts"

/** Some runs of one cell. */
export interface PlannedBatch {
  readonly cell: Cell
  /** Their numbers in the plan. */
  readonly runs: readonly number[]
}

/** What a batch should take, in milliseconds of real time. */
const TARGET_MS = 40

/** The runs of one algorithm and service. */
interface Group {
  readonly cells: { readonly cell: Cell; readonly runs: readonly number[] }[]
  /** Runs that have not come back. */
  remaining: number
}

/**
 * Hands out the runs of a plan, all those of one algorithm and service before those of the next, in batches sized by
 * how long the runs before them took.
 */
export class BatchQueue {
  readonly #groups = new Map<string, Group>()
  readonly #batches: Generator<PlannedBatch>
  /** What a run of the current algorithm takes, in milliseconds; undefined before the first came back. */
  #perRunMs: number | undefined

  /** @param isDone whether the run with this number in the plan is done already */
  constructor(plan: Plan, isDone: (run: number) => boolean) {
    for (const [index, cell] of plan.cells.entries()) {
      const first = index * plan.repeat
      const runs = Array.from({ length: plan.repeat }, (_, k) => first + k).filter(run => !isDone(run))
      const group = this.#groups.get(groupOf(cell)) ?? { cells: [], remaining: 0 }
      group.cells.push({ cell, runs })
      group.remaining += runs.length
      this.#groups.set(groupOf(cell), group)
    }
    this.#batches = this.#cut()
  }

  /** The next batch, or `undefined` if all have been handed out. */
  next(): PlannedBatch | undefined {
    const { value, done } = this.#batches.next()
    return done === true ? undefined : value
  }

  /** Takes note that a batch is back. @returns whether it was the last of its algorithm and service */
  finished({ cell, runs }: PlannedBatch, elapsedMs: number): boolean {
    const group = this.#groups.get(groupOf(cell))!
    group.remaining -= runs.length
    if (elapsedMs > 0) this.#perRunMs = elapsedMs / runs.length
    return group.remaining === 0
  }

  *#cut(): Generator<PlannedBatch> {
    for (const { cells } of this.#groups.values()) {
      this.#perRunMs = undefined
      for (const { cell, runs } of cells) {
        for (let next = 0; next < runs.length; ) {
          const size = this.#perRunMs === undefined ? 1 : Math.max(1, Math.round(TARGET_MS / this.#perRunMs))
          const batch = { cell, runs: runs.slice(next, next + size) }
          next += batch.runs.length
          yield batch
        }
      }
    }
  }
}

function groupOf({ scenario }: Cell): string {
  return `${scenario.algorithm} ${scenario.service}`
}
