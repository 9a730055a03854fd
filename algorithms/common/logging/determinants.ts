/** Determinants that processes keep in memory for each other, and what a process that has failed makes of them. */
import type { Determinant, Logger, Planned } from "./types.ts"

/**
 * The receipts that a process can repeat after its checkpoint. After a gap it has sent nothing that anybody depends on: that would
 * have carried, or waited for, what is missing.
 *
 * @param known determinants of the process, in any order, some maybe more than once
 * @param first the place of the first receipt after its checkpoint
 */
export function withoutGaps(known: readonly Determinant[], first: number): readonly Determinant[] {
  const byPlace = new Map(known.map(determinant => [determinant.place, determinant]))
  const found: Determinant[] = []
  for (let next = byPlace.get(first); next !== undefined; next = byPlace.get(next.place + 1)) found.push(next)
  return found
}

/**
 * True if a process that repeats its execution has sent all that others have received of it by these determinants, even if they are yet
 * to receive it again. Before that nothing new may be received.
 */
export function hasSentAll(node: Logger, determinants: readonly Determinant[]): boolean {
  const { sent } = node.state.process.application
  return determinants.every(({ from, process, number }) => from !== node.id || number < sent[process]!)
}

/** The message of a receipt is not at hand: its sender sends it again. */
export function planned({ from, number, steps }: Determinant): Planned {
  return { from, number, steps, content: null }
}
