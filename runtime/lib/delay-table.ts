/**
 * Draws of delays from tables of their quantiles.
 *
 * A table is computed once with plain IEEE arithmetic (`exact-math.ts`), so that a draw costs two loads and a
 * multiplication, and is bit-identical on every machine.
 */

const TABLE_BITS = 12
const TABLE_SIZE = 1 << TABLE_BITS
const REMAINDER_BITS = 32 - TABLE_BITS
const REMAINDER_MASK = (1 << REMAINDER_BITS) - 1
const REMAINDER_UNIT = 2 ** -REMAINDER_BITS
/** The longest delay in the body of a table: half an hour. */
const MAX_DELAY = 2 ** 31 - 1

/** Draws random delays, or a constant one. */
export class DelayTable {
  /** The constant delay, or -1. */
  readonly constant: number
  /** Quantiles at i / 4096, and at finer steps within the last 4096th, where heavy tails live. */
  readonly #body: Float64Array
  readonly #tail: Float64Array

  /**
   * @param delays the quantile function: the delay that a share (0..1, below 1) of all draws does not exceed; or the
   *   constant delay
   */
  constructor(delays: ((share: number) => number) | number) {
    this.constant = typeof delays === "number" ? delays : -1
    const size = typeof delays === "number" ? 0 : TABLE_SIZE + 1
    const last = (TABLE_SIZE - 1) / TABLE_SIZE
    this.#body = new Float64Array(size)
    this.#tail = new Float64Array(size)
    if (typeof delays === "number") return
    for (let i = 0; i < size; i++) {
      const share = i / TABLE_SIZE
      this.#body[i] = Math.min(MAX_DELAY, delays(Math.min(share, last)))
      this.#tail[i] = delays(last + (share * (1 - 2 ** -TABLE_BITS)) / TABLE_SIZE)
    }
  }

  /** Maps 32 random bits to a delay, in microseconds. */
  draw(bits: number): number {
    if (this.constant >= 0) return this.constant
    const index = bits >>> REMAINDER_BITS
    const share = (bits & REMAINDER_MASK) * REMAINDER_UNIT
    if (index === TABLE_SIZE - 1) return this.#drawFromTail(share)
    const low = this.#body[index]!
    return (low + (this.#body[index + 1]! - low) * share + 0.5) | 0
  }

  #drawFromTail(share: number): number {
    const fine = share * TABLE_SIZE
    const index = Math.floor(fine)
    const low = this.#tail[index]!
    return Math.round(low + (this.#tail[index + 1]! - low) * (fine - index))
  }
}
