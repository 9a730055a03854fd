/** Numbers for values: equal ones have one, from 0 in the order in which they came. */
import { encode } from "../process/value.ts"

export class Numbering<Value> {
  readonly #values: Value[] = []
  readonly #numbers = new Map<string, number>()
  readonly #essence: ((value: Value) => unknown) | undefined

  /** @param essence the part of a value that distinguishes it from others; default: all of it */
  constructor(essence?: (value: Value) => unknown) {
    this.#essence = essence
  }

  get size(): number {
    return this.#values.length
  }

  /** @throws NotPlainData */
  numberOf(value: Value): number {
    const text = encode(this.#essence === undefined ? value : this.#essence(value))
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#values.length)
    return this.#values.push(value) - 1
  }

  /** All values, by number. */
  get values(): readonly Value[] {
    return this.#values
  }

  /** The value of a number that was given. */
  valueOf(number: number): Value {
    return this.#values[number]!
  }
}
