/**
 * Judges whether reads were answered from the past: a value is stale if it was overwritten by a write that began after its own had
 * ended, and ended before the read began (so it is no value that a regular register may return; Lamport 1986). Values of
 * which nobody can tell, such as those of writes without an answer, count as fresh.
 */
import type { Micros } from "../runtime/contract/units.ts"

/** No write of the key has ended. */
const NONE = -1

/** Values of a key whose ends are remembered at least; an older one counts as fresh. */
const MAX_REMEMBERED = 1_000

interface History {
  /** The latest beginning of any write that has ended. */
  floor: Micros
  /** Values, and when the write of each ended, in that order. */
  readonly values: (string | null)[]
  readonly ends: Micros[]
}

export class Freshness {
  readonly #histories = new Map<string, History>()

  /** For a read that begins now: a value whose write ended before this is stale. */
  floorOf(key: string): Micros {
    return this.#histories.get(key)?.floor ?? NONE
  }

  /** A write has been acknowledged. @param value the one that it left; no other write left the same */
  wrote(key: string, value: string | null, begun: Micros, ended: Micros): void {
    let history = this.#histories.get(key)
    if (history === undefined) this.#histories.set(key, (history = { floor: NONE, values: [], ends: [] }))
    const { values, ends } = history
    values.push(value)
    ends.push(ended)
    if (begun > history.floor) history.floor = begun
    if (values.length < 2 * MAX_REMEMBERED) return
    values.splice(0, MAX_REMEMBERED)
    ends.splice(0, MAX_REMEMBERED)
  }

  /** @param value that of the answer; null: the key had none yet @param floor as the read began */
  isStale(key: string, value: string | null, floor: Micros): boolean {
    if (floor === NONE) return false
    if (value === null) return true
    const history = this.#histories.get(key)
    // Most reads have the latest value, at the end.
    const place = history?.values.lastIndexOf(value) ?? -1
    return place >= 0 && history!.ends[place]! < floor
  }
}
