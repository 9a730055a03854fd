/** The operations that a search has placed, the last on top, and what to restore when it is taken back. */
import type { Arena } from "./arena.ts"

/** A read, or a write to the forgotten state. */
export const ABSORBED = 0
/** A write placed right before the known one below it. */
export const COVERED = 1
export const KNOWN = 2
export const OPTIONAL = 3

export type Placed = typeof ABSORBED | typeof COVERED | typeof KNOWN | typeof OPTIONAL

/** In columns, by depth: a search pushes and pops more often than it does anything else. */
export class Frames {
  depth = 0
  readonly placed: Int32Array
  readonly index: Int32Array
  readonly state: Int32Array
  readonly unseen: Int32Array
  readonly latestCall: Int32Array
  readonly highest: Int32Array

  /** @param operations the maximum depth */
  constructor(operations: number, arena: Arena) {
    this.placed = arena.ints(operations)
    this.index = arena.ints(operations)
    this.state = arena.ints(operations)
    this.unseen = arena.ints(operations)
    this.latestCall = arena.ints(operations)
    this.highest = arena.ints(operations)
  }

  push(placed: Placed, index: number, state: number, unseen: number, latestCall: number, highest: number): void {
    const depth = this.depth++
    this.placed[depth] = placed
    this.index[depth] = index
    this.state[depth] = state
    this.unseen[depth] = unseen
    this.latestCall[depth] = latestCall
    this.highest[depth] = highest
  }

  /** The operations placed, in the order in which they take effect. */
  inOrder(): number[] {
    const sequence: number[] = []
    let lastKnown = 0
    for (let depth = 0; depth < this.depth; depth++) {
      const placed = this.placed[depth]
      if (placed === KNOWN) lastKnown = sequence.length
      if (placed === COVERED) sequence.splice(lastKnown++, 0, this.index[depth]!)
      else sequence.push(this.index[depth]!)
    }
    return sequence
  }
}
