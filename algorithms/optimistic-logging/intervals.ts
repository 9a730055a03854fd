/** State intervals: tests of order, loss and stability (Strom and Yemini 1985, §3). */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Interval } from "../common/recovery/types.ts"
import type { Ending } from "./types.ts"

export const FIRST: Interval = { incarnation: 0, index: 0 }

export function later(one: Interval, other: Interval): Interval {
  return isBefore(one, other) ? other : one
}

export function isBefore(one: Interval, other: Interval): boolean {
  return one.incarnation < other.incarnation || (one.incarnation === other.incarnation && one.index < other.index)
}

/** The dependencies of a process after it receives a message with these dependencies. */
export function merged(vector: readonly Interval[], depends: readonly Interval[]): Interval[] {
  return vector.map((interval, process) => later(interval, depends[process]!))
}

/** The ends of incarnations that a process knows of, by process. */
export type Endings = readonly (readonly Ending[])[]

/** The latest known incarnation of a process. */
export function incarnationOf(endings: Endings, process: NodeId): number {
  return endings[process]!.at(-1)?.incarnation ?? 0
}

/** True if an interval is lost: it comes after the end of its incarnation, or of a later one. */
export function isLost(endings: Endings, process: NodeId, { incarnation, index }: Interval): boolean {
  return endings[process]!.some(ending => ending.incarnation > incarnation && ending.index < index)
}

/** True for an orphan: a state or message that depends on lost intervals. */
export function isOrphan(endings: Endings, depends: readonly Interval[]): boolean {
  return depends.some((interval, process) => isLost(endings, process, interval))
}

/** True if the beginnings of all incarnations that a message depends on are known. */
export function isKnown(endings: Endings, depends: readonly Interval[]): boolean {
  return depends.every(({ incarnation }, process) => incarnation <= incarnationOf(endings, process))
}

/** True if an interval of a process is on its disk, given the latest one known to be there: it cannot be lost any more. */
export function isStable(endings: Endings, process: NodeId, interval: Interval, latest: Interval): boolean {
  if (interval.index === 0) return true
  return !isLost(endings, process, interval) && !isBefore(latest, interval)
}
