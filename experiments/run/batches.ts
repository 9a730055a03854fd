/** Cuts a plan into batches: long enough to make the round trip to a worker cheap, short enough for load balancing. */
import type { CellScenario } from "../../scenarios/cell.ts"

/** The target duration of a batch, in milliseconds of real time. */
const TARGET_MS = 40
/** The maximum number of runs in a batch, which keeps its records within a few megabytes. */
const MAX_RUNS = 1_000

/** Pending runs of one cell. */
interface CellRuns {
  readonly cell: { readonly scenario: CellScenario }
  /** The runs' numbers or seeds, which identify them. */
  readonly repeats: readonly number[]
}

/** The runs of one algorithm and service. */
interface Group<Runs extends CellRuns> {
  readonly pending: Runs[]
  /** Runs whose results are outstanding. */
  remaining: number
}

/**
 * Hands out runs in batches, one algorithm and service after the other, sized by the duration of earlier runs. A batch goes to
 * one worker as a whole: runs of one algorithm and service, of one cell or of several consecutive ones.
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

  /** Records that a batch is complete. @returns true if it was the last of its algorithm and service */
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
