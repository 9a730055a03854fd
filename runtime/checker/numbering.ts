/**
 * Numbers for values: equal values share one, from 0 in the order of arrival. And digests: equal values have the same
 * one in every process, whatever came before.
 */
import { digestOf } from "./fingerprints.ts"
import { encode } from "../process/value.ts"

export class Numbering<Value> {
  /** By number, the halves of a digest of 64 bits. */
  readonly lows: number[] = []
  readonly highs: number[] = []
  readonly #values: Value[] = []
  readonly #numbers = new Map<string, number>()
  readonly #kind: string
  readonly #essence: ((value: Value) => unknown) | undefined

  /** @param kind distinguishes digests of other values @param essence the part of a value that distinguishes it from others; default: all of it */
  constructor(kind: string, essence?: (value: Value) => unknown) {
    this.#kind = kind
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
    const { low, high } = digestOf(this.#kind + text)
    this.lows.push(low)
    this.highs.push(high)
    return this.#values.push(value) - 1
  }

  /** All values, by number. */
  get values(): readonly Value[] {
    return this.#values
  }

  /** The value with a number that was given out. */
  valueOf(number: number): Value {
    return this.#values[number]!
  }
}
