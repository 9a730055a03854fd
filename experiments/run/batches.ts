/** Cuts a plan into batches: long enough to make the way to a worker and back cheap, short enough to share evenly. */
import type { CellScenario } from "../../scenarios/cell.ts"

/** The target duration of a batch, in milliseconds of real time. */
const TARGET_MS = 40
/** And how many runs it may have, so that its records stay few megabytes. */
const MAX_RUNS = 1_000

/** Runs of one cell that are to be run. */
interface CellRuns {
  readonly cell: { readonly scenario: CellScenario }
  /** Their numbers or seeds, which tell them apart. */
  readonly repeats: readonly number[]
}

/** The runs of one algorithm and service. */
interface Group<Runs extends CellRuns> {
  readonly pending: Runs[]
  /** Runs that have not come back. */
  remaining: number
}

/**
 * Hands out runs, all those of one algorithm and service before those of the next, in batches sized by how long the runs before
 * them took. A batch goes to a worker as a whole: runs of one algorithm and service, of one cell or of several in a row.
 */
export class BatchQueue<Runs extends CellRuns> {
  readonly #groups = new Map<string, Group<Runs>>()
  readonly #batches: Generator<readonly Runs[]>
  /** The duration of a run of the current algorithm, in milliseconds; undefined before the first result. */
  #perRunMs: number | undefined

  constructor(pending: readonly Runs[]) {
    for (const runs of pending) {
      const group = this.#groups.get(groupOf(runs.cell)) ?? { pending: [], remaining: 0 }
      group.pending.push(runs)
      group.remaining += runs.repeats.length
      this.#groups.set(groupOf(runs.cell), group)
    }
    this.#batches = this.#cut()
  }

  /** The next batch, or `undefined` if all have been handed out. */
  next(): readonly Runs[] | undefined {
    const { value, done } = this.#batches.next()
    return done === true ? undefined : value
  }

  /** Takes note that a batch is back. @returns whether it was the last of its algorithm and service */
  finished(parts: readonly Runs[], elapsedMs: number): boolean {
    const group = this.#groups.get(groupOf(parts[0]!.cell))!
    const runs = runsIn(parts)
    group.remaining -= runs
    if (elapsedMs > 0) this.#perRunMs = elapsedMs / runs
    return group.remaining === 0
  }

  *#cut(): Generator<readonly Runs[]> {
    for (const { pending } of this.#groups.values()) {
      this.#perRunMs = undefined
      let parts: Runs[] = []
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
export function runsIn(parts: readonly CellRuns[]): number {
  return parts.reduce((sum, { repeats }) => sum + repeats.length, 0)
}

function groupOf({ scenario }: CellRuns["cell"]): string {
  return `${scenario.algorithm} ${scenario.service}`
}
