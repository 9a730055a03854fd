/** A setting of nodes or links (a share lost, a delay, a sync latency) that faults override for a while. */

interface Override {
  readonly value: number
  readonly places: readonly number[] | null
}

/** Shared by all settings that are never overridden, which are most. */
const NONE: readonly Override[] = []

/** A setting with overrides: the largest value in force at a place applies. */
export class Overridable {
  /** One value for all places, or one for each. */
  readonly #base: number | Float64Array
  readonly #places: number
  #overrides: readonly Override[] = NONE
  #everywhere: number
  #each: Float64Array | null

  constructor(base: number | Float64Array, places: number) {
    this.#base = base
    this.#places = places
    this.#everywhere = typeof base === "number" ? base : 0
    this.#each = typeof base === "number" ? null : base
  }

  /** The value in force at a place. */
  at(place: number): number {
    return this.#each === null ? this.#everywhere : this.#each[place]!
  }

  /** The largest value anywhere. */
  get most(): number {
    return this.#each === null ? this.#everywhere : this.#each.reduce((most, value) => Math.max(most, value), 0)
  }

  /**
   * Overrides the setting: it is at least `value` until the override is undone.
   *
   * @param places the places, or `null` for all
   * @returns a function that undoes it
   */
  override(value: number, places: readonly number[] | null): () => void {
    const override = { value, places }
    this.#overrides = [...this.#overrides, override]
    this.#settle()
    return () => {
      this.#overrides = this.#overrides.filter(other => other !== override)
      this.#settle()
    }
  }

  #settle(): void {
    const base = this.#base
    const isUniform = typeof base === "number" && this.#overrides.every(({ places }) => places === null)
    if (isUniform) {
      this.#each = null
      this.#everywhere = Math.max(base, ...this.#overrides.map(({ value }) => value))
      return
    }
    const each = typeof base === "number" ? new Float64Array(this.#places).fill(base) : base.slice()
    for (const { value, places } of this.#overrides) {
      if (places === null) each.forEach((now, place) => void (each[place] = Math.max(now, value)))
      else for (const place of places) each[place] = Math.max(each[place]!, value)
    }
    this.#each = each
  }
}
