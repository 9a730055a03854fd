/**
 * The recovery line of an index-based protocol: the checkpoints with the latest index that every failed process has; of a process
 * that jumped over the index, the first one after it (Briatico, Ciuffoletti and Simoncini 1984).
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { type Available, CURRENT } from "../common/recovery/types.ts"

/** @param available states of each process, the earliest first @returns the index of the state of each */
export function indexLine(available: readonly (readonly Available[])[]): readonly number[] {
  const states = available.map(each => each.map(({ index }) => index))
  const bounds = states.map(indices => (indices.includes(CURRENT) ? Infinity : indices.at(-1)!))
  const latest = Math.min(...bounds)
  return states.map((indices, process) => {
    // `CURRENT` is below all indices of checkpoints.
    const first = indices.find(index => index >= latest)
    invariant(first !== undefined || bounds[process] === Infinity, "a failed process has the index of the line")
    // It has received nothing from a state with the index of the line, or a later one.
    return first ?? CURRENT
  })
}
