/** Values by number, for the plain explorer. */
import { encode } from "../../runtime/process/value.ts"

/** Gives equal values one number, and tells which value a number stands for. */
export class Numbering<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string, number>()
  readonly #essence: (value: T) => unknown

  /** @param essence what tells a value from others */
  constructor(essence: (value: T) => unknown = value => value) {
    this.#essence = essence
  }

  numberOf(value: T): number {
    const text = encode(this.#essence(value))
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.values.length)
    return this.values.push(value) - 1
  }
}
