/**
 * The events of a part of a history in the order of time, for a search: the calls and returns of the operations not
 * placed yet form a doubly linked list; placing an operation unlinks its two events, undoing this links them again.
 */
import { type Arena, NEVER } from "./arena.ts"
import type { HistoryOperation } from "./model.ts"
import { forEachEvent } from "./timeline.ts"

/** Operations in the order of their calls. Ties are broken by what the operations are, not by the order of the file. */
export function byCall<Input, Output>(
  operations: readonly HistoryOperation<Input, Output>[],
): readonly HistoryOperation<Input, Output>[] {
  for (let place = 1; place < operations.length; place++) {
    if (compareCalls(operations[place - 1]!, operations[place]!) > 0) return operations.toSorted(compareCalls)
  }
  return operations
}

type Timed = HistoryOperation<unknown, unknown>

function compareCalls(a: Timed, b: Timed): number {
  // The difference of two infinities is no number, and counts as none.
  return a.call - b.call || a.return - b.return || a.client - b.client || 0
}

export class Events {
  /** Events of operation k: 2k (call) and 2k+1 (return); `end` is the head and the end of the list. */
  readonly end: number
  readonly next: Int32Array
  readonly #previous: Int32Array
  /** The place of each event in the common order of time. */
  readonly place: Int32Array
  /** The same for the operations of unknown outcome; `NEVER` for the expiry of one that has none. */
  readonly optionalPlace: Int32Array
  /** The operations of unknown outcome, numbered from 0, in the order of their expiries. */
  readonly byExpiry: Int32Array

  /**
   * In one instant calls come before returns: they are concurrent.
   *
   * @param operations those that surely happened, in the order of their calls, then the others, in the order of theirs
   * @param known the number of those that surely happened
   */
  constructor(operations: readonly Timed[], known: number, arena: Arena) {
    const optional = operations.length - known
    this.end = 2 * known
    this.next = arena.ints(this.end + 1)
    this.#previous = arena.ints(this.end + 1)
    this.place = arena.ints(this.end)
    this.optionalPlace = arena.ints(2 * optional)
    this.byExpiry = arena.ints(optional)
    let [place, last, expired] = [0, this.end, 0]
    forEachEvent(operations, known, arena, event => {
      if (event < this.end) {
        this.place[event] = place++
        this.next[last] = event
        this.#previous[event] = last
        last = event
        return
      }
      const isExpiry = (event & 1) === 1
      const isEndless = isExpiry && operations[event >> 1]!.return === Infinity
      this.optionalPlace[event - this.end] = isEndless ? NEVER : place
      if (isExpiry) this.byExpiry[expired++] = (event >> 1) - known
      place++
    })
    this.next[last] = this.end
    this.#previous[this.end] = last
  }
  get first(): number {
    return this.next[this.end]!
  }

  get isEmpty(): boolean {
    return this.first === this.end
  }

  before(event: number): number {
    return this.#previous[event]!
  }

  /** The place of the first return. The list must not be empty. */
  firstReturn(): number {
    let event = this.first
    while ((event & 1) === 0) event = this.next[event]!
    return this.place[event]!
  }

  unlink(operation: number): void {
    const [next, previous] = [this.next, this.#previous]
    for (let event = 2 * operation; event <= 2 * operation + 1; event++) {
      next[previous[event]!] = next[event]!
      previous[next[event]!] = previous[event]!
    }
  }

  link(operation: number): void {
    const [next, previous] = [this.next, this.#previous]
    for (let event = 2 * operation + 1; event >= 2 * operation; event--) {
      next[previous[event]!] = event
      previous[next[event]!] = event
    }
  }
}
