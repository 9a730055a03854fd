/** Which key an operation concerns: all alike, or some far more often than others. */
import { exponential, logarithm } from "../../runtime/lib/exact-math.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { firstWhere } from "../../runtime/lib/search.ts"

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
