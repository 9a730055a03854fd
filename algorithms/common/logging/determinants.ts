/** Determinants that processes keep in memory for each other, and their use by a process that has failed. */
import type { Determinant, Logger, Planned } from "./types.ts"

/**
 * The receipts that a process can repeat after its checkpoint, up to the first gap. Nobody depends on what it sent after a
 * gap: such a message would have carried the missing determinant, or waited for it.
 *
 * @param known determinants of the process, in any order, possibly with duplicates
 * @param first the place of the first receipt after its checkpoint
 */
export function withoutGaps(known: readonly Determinant[], first: number): readonly Determinant[] {
  const byPlace = new Map(known.map(determinant => [determinant.place, determinant]))
  const found: Determinant[] = []
  for (let next = byPlace.get(first); next !== undefined; next = byPlace.get(next.place + 1)) found.push(next)
  return found
}

/**
 * True if a process that repeats its execution has sent all the messages that others received from it according to these
 * determinants, even if they are yet to receive them again. Until then it may receive nothing new.
 */
export function hasSentAll(node: Logger, determinants: readonly Determinant[]): boolean {
  const { sent } = node.state.process.application
  return determinants.every(({ from, process, number }) => from !== node.id || number < sent[process]!)
}

/** A receipt to repeat whose message is missing: its sender resends it. */
export function planned({ from, number, steps }: Determinant): Planned {
  return { from, number, steps, content: null }
}
