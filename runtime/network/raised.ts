/** A setting of nodes or links (a share lost, a delay, a sync latency) that faults raise for a while. */

interface Raise {
  readonly value: number
  readonly places: readonly number[] | null
}

/** A run makes several of these, and most are never raised. */
const NONE: readonly Raise[] = []

/** Of several values that hold at one place at the same time, the largest counts. */
export class Raised {
  /** The value of every place, or of each. */
  readonly #base: number | Float64Array
  readonly #places: number
  #raises: readonly Raise[] = NONE
  #everywhere: number
  #each: Float64Array | null

  constructor(base: number | Float64Array, places: number) {
    this.#base = base
    this.#places = places
    this.#everywhere = typeof base === "number" ? base : 0
    this.#each = typeof base === "number" ? null : base
  }

  /** The value that counts at a place. */
  at(place: number): number {
    return this.#each === null ? this.#everywhere : this.#each[place]!
  }

  /** The largest value anywhere. */
  get most(): number {
    return this.#each === null ? this.#everywhere : this.#each.reduce((most, value) => Math.max(most, value), 0)
  }

  /**
   * Raises the value to at least `value`.
   *
   * @param places where, or `null` for everywhere
   * @returns how to take it back
   */
  raise(value: number, places: readonly number[] | null): () => void {
    const raise = { value, places }
    this.#raises = [...this.#raises, raise]
    this.#settle()
    return () => {
      this.#raises = this.#raises.filter(other => other !== raise)
      this.#settle()
    }
  }

  #settle(): void {
    const base = this.#base
    const isUniform = typeof base === "number" && this.#raises.every(({ places }) => places === null)
    if (isUniform) {
      this.#each = null
      this.#everywhere = Math.max(base, ...this.#raises.map(({ value }) => value))
      return
    }
    const each = typeof base === "number" ? new Float64Array(this.#places).fill(base) : base.slice()
    for (const { value, places } of this.#raises) {
      if (places === null) each.forEach((now, place) => void (each[place] = Math.max(now, value)))
      else for (const place of places) each[place] = Math.max(each[place]!, value)
    }
    this.#each = each
  }
}
