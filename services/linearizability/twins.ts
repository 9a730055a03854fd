/**
 * Identical operations, for pruning: of those that may come next, only the one that returns or expires first need be
 * tried. In any order that has another of them first, the two can be swapped.
 */
import type { HistoryOperation } from "./model.ts"

const ALONE = -1

export class Twins {
  /** The number of each operation's kind; `ALONE` if it is the only one. */
  readonly #kind: Int32Array

  /** @param isTried whether an operation is ever tried among others */
  constructor(operations: readonly HistoryOperation<unknown, unknown>[], isTried: (operation: number) => boolean) {
    this.#kind = new Int32Array(operations.length).fill(ALONE)
    const firsts = new Map<string, number>()
    for (const [index, { input, output }] of operations.entries()) {
      if (!isTried(index)) continue
      const name = JSON.stringify([input, output ?? null])
      const first = firsts.get(name)
      if (first === undefined) firsts.set(name, index)
      else this.#kind[index] = this.#kind[first] = first
    }
  }

  hasTwin(operation: number): boolean {
    return this.#kind[operation] !== ALONE
  }

  areTwins(a: number, b: number): boolean {
    return this.#kind[a] === this.#kind[b]
  }
}
