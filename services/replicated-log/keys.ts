/** Draws the key of an operation: uniformly, or some keys far more often than others. */
import { exponential, logarithm } from "../../runtime/lib/exact-math.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { firstWhere } from "../../runtime/lib/search.ts"

export class KeyChoice {
  readonly #keys: number
  /** Cumulative weights of the keys by Zipf's law; null if all are equally likely. */
  readonly #weightUpTo: Float64Array | null

  /**
   * @param keys the number of keys
   * @param skew the exponent s of Zipf's law: key i, from 0, has the weight 1/(i+1)^s. 0: uniform
   */
  constructor(keys: number, skew: number) {
    this.#keys = keys
    this.#weightUpTo = skew === 0 ? null : zipf(keys, skew)
  }

  /** Draws the number of a key. */
  draw(random: Random): number {
    const weightUpTo = this.#weightUpTo
    if (weightUpTo === null) return random.integer(0, this.#keys - 1)
    const last = this.#keys - 1
    const drawn = random.share() * weightUpTo[last]!
    return firstWhere(last, key => weightUpTo[key]! > drawn)
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
