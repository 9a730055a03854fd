/** The budget left on a path: how often a timer of each name may still fire, a node crash, a message be lost, a client retry. */
import type { Budgets } from "./model.ts"
import { Numbering } from "./numbering.ts"

/** The indices of budgets; timers come after these, by name. */
export const CRASH = 0
export const AMNESIA = 1
export const LOSS = 2
export const DUPLICATE = 3
export const RETRY = 4
export const STOP = 5
export const TICK = 6
export const DRIFT = 7
const OTHERS = 8

/** In place of an index: nothing is spent. */
export const FREE = -2

/** In place of counters: that budget is exhausted. */
export const SPENT = -1

/** In place of a remaining number: no limit. */
const UNLIMITED = -1

export class Counters {
  /** The number of the initial counters. */
  readonly full: number
  readonly #numbering = new Numbering<readonly number[]>("counters")
  /** By counters, the halves of their part in a fingerprint. */
  readonly lows = this.#numbering.lows
  readonly highs = this.#numbering.highs
  readonly #names: readonly string[]
  /** By counters and kind, the counters once one of the kind is spent; undefined if not computed yet. */
  readonly #after: (number | undefined)[][] = []

  constructor({ timeouts, ...budgets }: Budgets) {
    const { crashes, amnesias, losses, duplicates, retries = 0, stops = 0, ticks = Infinity, drift = 0 } = budgets
    const { all = 0, ...named } = timeouts
    this.#names = Object.keys(named)
    const left = [crashes, amnesias, losses, duplicates, retries, stops, ticks, drift, all, ...Object.values(named)]
    this.full = this.#numbering.numberOf([...left.map(number => (number === Infinity ? UNLIMITED : number)), 0])
  }

  /** The process, from 1, whose timer fires next if the checker works in rounds; 0: messages in flight arrive first. */
  turnOf(counters: number): number {
    return this.#numbering.valueOf(counters).at(-1)!
  }

  withTurn(counters: number, turn: number): number {
    const left = this.#numbering.valueOf(counters)
    return this.#numbering.numberOf(left.with(left.length - 1, turn))
  }

  /** The kind of a timer. */
  kindOf(timer: string): number {
    const place = this.#names.indexOf(timer)
    return place < 0 ? OTHERS : OTHERS + 1 + place
  }

  /** The counters after one more of a kind is spent, or {@link SPENT}. */
  after(counters: number, kind: number): number {
    const known = (this.#after[counters] ??= [])
    return (known[kind] ??= this.#spend(counters, kind))
  }

  snapshot(): readonly (readonly number[])[] {
    return this.#numbering.values
  }

  restore(values: readonly (readonly number[])[]): void {
    for (const left of values) this.#numbering.numberOf(left)
  }

  #spend(counters: number, kind: number): number {
    const left = this.#numbering.valueOf(counters)
    if (left[kind] === UNLIMITED) return counters
    return left[kind]! > 0 ? this.#numbering.numberOf(left.with(kind, left[kind]! - 1)) : SPENT
  }
}
