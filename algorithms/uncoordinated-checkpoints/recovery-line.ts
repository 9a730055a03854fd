/**
 * The recovery line by rollback propagation: starting from the latest state of each process, a process that has received a
 * message that its sender's state has not sent rolls back, until there is no such process (Randell 1975; Bhargava and Lian
 * 1988; Elnozahy et al. 2002, §2.2.1). It is the latest consistent line; the initial states are one.
 */
import type { Available } from "../common/recovery/types.ts"

/**
 * @param available states of each process, the earliest first
 * @returns the index of the state of each; null if there is no line, which happens if answers are from different times and
 * initial states have been discarded
 */
export function recoveryLine(available: readonly (readonly Available[])[]): readonly number[] | null {
  const places = available.map(states => states.length - 1)
  const at = (process: number): Available => available[process]![places[process]!]!
  const hasOrphan = (process: number): boolean =>
    at(process).received.some((count, from) => count > at(from).sent[process]!)
  for (;;) {
    const process = places.findIndex((_, candidate) => hasOrphan(candidate))
    if (process < 0) return places.map((_, each) => at(each).index)
    if (places[process] === 0) return null
    places[process]!--
  }
}
