/** Which key an operation concerns: all alike, or some far more often than others. */
import { exponential, logarithm } from "../../runtime/exact-math.ts"
import type { Random } from "../../runtime/random.ts"

export class KeyChoice {
  readonly #keys: number
  /** For each key the weight of it and of those before it, by Zipf's law; null if all are alike. */
  readonly #weightUpTo: Float64Array | null

  /**
   * @param keys how many there are
   * @param skew the exponent s of Zipf's law: key i, from 0, has the weight 1/(i+1)^s. 0: all are alike
   */
  constructor(keys: number, skew: number) {
    this.#keys = keys
    this.#weightUpTo = skew === 0 ? null : zipf(keys, skew)
  }

  /** The number of a key, drawn. */
  draw(random: Random): number {
    if (this.#weightUpTo === null) return random.integer(0, this.#keys - 1)
    return firstAbove(this.#weightUpTo, random.share() * this.#weightUpTo[this.#keys - 1]!)
  }
}

function zipf(keys: number, skew: number): Float64Array {
  const weightUpTo = new Float64Array(keys)
  let total = 0
  for (let key = 0; key < keys; key++) {
    total += exponential(-skew * logarithm(key + 1))
    weightUpTo[key] = total
  }
  return weightUpTo
}

/** The place of the first of ascending values that is above `bound`. */
function firstAbove(values: Float64Array, bound: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! > bound) high = middle
    else low = middle + 1
  }
  return low
}
