/**
 * Judges whether reads were answered from the past: a value is stale if it was overwritten by a write that began after its own had
 * ended, and ended before the read began (so it is no value that a regular register may return; Lamport 1986). Values of
 * which nobody can tell, such as those of writes without an answer, count as fresh.
 */
import type { Micros } from "../runtime/contract/units.ts"

/** No write of the key has ended. */
const NONE = -1

/** Values of a key whose ends are remembered; an older one counts as fresh. */
const MAX_REMEMBERED = 1_000

interface History {
  /** The latest beginning of any write that has ended. */
  floor: Micros
  /** When the write of each value ended, in that order. */
  readonly ends: Map<string | null, Micros>
}

export class Freshness {
  readonly #histories = new Map<string, History>()

  /** For a read that begins now: a value whose write ended before this is stale. */
  floorOf(key: string): Micros {
    return this.#histories.get(key)?.floor ?? NONE
  }

  /** A write has been acknowledged. @param value the one that it left; no other write left the same */
  wrote(key: string, value: string | null, begun: Micros, ended: Micros): void {
    const history = this.#histories.get(key) ?? { floor: NONE, ends: new Map() }
    this.#histories.set(key, history)
    const { ends } = history
    ends.set(value, ended)
    if (ends.size > MAX_REMEMBERED) ends.delete(ends.keys().next().value)
    history.floor = Math.max(history.floor, begun)
  }

  /** @param value that of the answer; null: the key had none yet @param floor as the read began */
  isStale(key: string, value: string | null, floor: Micros): boolean {
    const end = value === null ? NONE : this.#histories.get(key)?.ends.get(value)
    return end !== undefined && end < floor
  }
}
