/** The events of operations in the order of time: a merge of their calls, with a heap of the operations that are open. */
import type { Arena } from "./arena.ts"
import type { HistoryOperation } from "./model.ts"

type Timed = HistoryOperation<unknown, unknown>

/**
 * Passes every call and return to `visit`, in the order of time: event 2k is the call of operation k, 2k+1 its return.
 * In one instant calls come before returns; otherwise the lower number comes first.
 *
 * @param operations the first `known` in the order of their calls, then the others in the order of theirs
 */
export function forEachEvent(
  operations: readonly Timed[],
  known: number,
  arena: Arena,
  visit: (event: number) => void,
): void {
  const open = new Open(operations, arena)
  let [one, other] = [0, known]
  while (one < known || other < operations.length) {
    const isKnown = other === operations.length || (one < known && operations[one]!.call <= operations[other]!.call)
    const called = isKnown ? one++ : other++
    const { call } = operations[called]!
    while (open.size > 0 && open.firstReturn < call) visit(2 * open.removeFirst() + 1)
    visit(2 * called)
    open.add(called)
  }
  while (open.size > 0) visit(2 * open.removeFirst() + 1)
}

/** The operations called and not returned: a binary heap with the one that returns first on top. */
class Open {
  readonly #operations: readonly Timed[]
  readonly #heap: Int32Array
  size = 0

  constructor(operations: readonly Timed[], arena: Arena) {
    this.#operations = operations
    this.#heap = arena.ints(operations.length)
  }

  get firstReturn(): number {
    return this.#operations[this.#heap[0]!]!.return
  }

  add(operation: number): void {
    const heap = this.#heap
    let place = this.size++
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!this.#isBefore(operation, heap[above]!)) break
      heap[place] = heap[above]!
      place = above
    }
    heap[place] = operation
  }

  removeFirst(): number {
    const heap = this.#heap
    const first = heap[0]!
    const moved = heap[--this.size]!
    let place = 0
    for (let below = 1; below < this.size; below = 2 * place + 1) {
      if (below + 1 < this.size && this.#isBefore(heap[below + 1]!, heap[below]!)) below++
      if (this.#isBefore(moved, heap[below]!)) break
      heap[place] = heap[below]!
      place = below
    }
    heap[place] = moved
    return first
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#operations[a]!.return, this.#operations[b]!.return]
    return one < other || (one === other && a < b)
  }
}
