/** The configurations that a search has seen, so that it continues from each once. */
import type { Arena } from "./arena.ts"
import { Fewest } from "./fewest.ts"
import type { Options } from "./options.ts"
import { Seen } from "./seen.ts"

export class Visited {
  readonly #options: Options
  readonly #arena: Arena
  /** Undefined where configurations are told apart by their exact names. */
  readonly #fewest: Fewest | undefined
  /** Undefined until it is needed. */
  #exact: Seen | undefined

  /**
   * @param isWatched whether somebody looks at the paths, and so wants to see those, too, that place operations of unknown
   *   outcome without need
   */
  constructor(options: Options, isWatched: boolean, arena: Arena) {
    this.#options = options
    this.#arena = arena
    if (options.count > 0 && !isWatched) this.#fewest = new Fewest(options.count, arena)
  }

  /** True if they need more memory than a search may use. */
  get isFull(): boolean {
    return this.#exact?.isFull === true || this.#fewest?.isFull === true
  }

  /**
   * Adds the configuration in which the options are.
   *
   * @param name its state and known operations placed: the first `length` words, with room for the options behind
   * @param time the latest call placed
   * @returns false if the search need not continue from it: it, or one that dominates it, has been seen
   */
  add(name: Int32Array, length: number, time: number): boolean {
    const options = this.#options
    if (this.#fewest !== undefined) {
      const found = this.#fewest.add(name, length, time, options.isTakenByRank, options.firstRankAt(time))
      if (found !== "full") return found === "new"
    }
    this.#exact ??= new Seen(this.#arena)
    return this.#exact.add(name, options.count === 0 ? length : options.addName(time, name, length))
  }
}
