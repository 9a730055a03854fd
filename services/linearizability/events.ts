/**
 * The events of a part of a history in the order of time, for a search: the calls and returns of the operations not
 * placed yet form a doubly linked list; placing an operation unlinks its two events, undoing this links them again.
 */
import type { HistoryOperation } from "./model.ts"

/** Operations in the order of their calls. Ties are broken by what the operations are, not by the order of the file. */
export function byCall<Input, Output>(
  operations: readonly HistoryOperation<Input, Output>[],
): HistoryOperation<Input, Output>[] {
  return operations.toSorted((a, b) => a.call - b.call || a.return - b.return || a.client - b.client || 0)
}

export class Events {
  /** Events of operation k: 2k (call) and 2k+1 (return); `end` is the head and the end of the list. */
  readonly end: number
  readonly next: Int32Array
  readonly #previous: Int32Array
  /** The place of each event in the common order of time. */
  readonly place: Float64Array
  /** The same for the operations of unknown outcome; `Infinity` for the expiry of one that has none. */
  readonly optionalPlace: Float64Array

  /**
   * In one instant calls come before returns: they are concurrent.
   *
   * @param operations those that surely happened, in the order of their calls, then the others, in the order of theirs
   * @param known the number of those that surely happened
   */
  constructor(operations: readonly HistoryOperation<unknown, unknown>[], known: number) {
    const count = 2 * operations.length
    this.end = 2 * known
    this.next = new Int32Array(this.end + 1)
    this.#previous = new Int32Array(this.end + 1)
    this.place = new Float64Array(this.end)
    this.optionalPlace = new Float64Array(count - this.end)
    const times = new Float64Array(count)
    const events: number[] = []
    for (let event = 0; event < count; event += 2) {
      const operation = operations[event >> 1]!
      times[event] = operation.call
      times[event + 1] = operation.return
      events.push(event, event + 1)
    }
    // The difference of two infinities is no number, and counts as none.
    events.sort((a, b) => times[a]! - times[b]! || (a & 1) - (b & 1) || a - b)
    let last = this.end
    for (let place = 0; place < count; place++) {
      const event = events[place]!
      if (event >= this.end) {
        this.optionalPlace[event - this.end] = times[event] === Infinity ? Infinity : place
        continue
      }
      this.place[event] = place
      this.next[last] = event
      this.#previous[event] = last
      last = event
    }
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
