/** The operations that a search has placed. */

/** Absorbed: a read, or a write to the forgotten state. Covered: a write placed right before the known one below it. */
export type Placed = "absorbed" | "covered" | "known" | "optional"

/** One operation placed, and what to restore when it is taken back. */
export interface Frame {
  readonly placed: Placed
  readonly index: number
  readonly state: number
  readonly unseen: number
  readonly latestCall: number
  readonly highest: number
}

/** The operations placed, in the order in which they take effect. */
export function inOrder(frames: readonly Frame[]): number[] {
  const sequence: number[] = []
  let lastKnown = 0
  for (const { placed, index } of frames) {
    if (placed === "known") lastKnown = sequence.length
    if (placed === "covered") sequence.splice(lastKnown++, 0, index)
    else sequence.push(index)
  }
  return sequence
}
