/** State intervals: which is later, which are lost, which are on a disk (Strom and Yemini 1985, §3). */
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

/** The dependencies of a process that receives a message which has dependencies of its own. */
export function merged(vector: readonly Interval[], depends: readonly Interval[]): Interval[] {
  return vector.map((interval, process) => later(interval, depends[process]!))
}

/** The ends of incarnations that a process knows of, by process. */
export type Endings = readonly (readonly Ending[])[]

/** The incarnation that a process is in, as far as is known. */
export function incarnationOf(endings: Endings, process: NodeId): number {
  return endings[process]!.at(-1)?.incarnation ?? 0
}

/** An interval is lost: it comes after the end of its incarnation, or of a later one. */
export function isLost(endings: Endings, process: NodeId, { incarnation, index }: Interval): boolean {
  return endings[process]!.some(ending => ending.incarnation > incarnation && ending.index < index)
}

/** A state, or message, that depends on lost intervals is an orphan. */
export function isOrphan(endings: Endings, depends: readonly Interval[]): boolean {
  return depends.some((interval, process) => isLost(endings, process, interval))
}

/** A message depends on no incarnation whose beginning is yet to be learnt. */
export function isKnown(endings: Endings, depends: readonly Interval[]): boolean {
  return depends.every(({ incarnation }, process) => incarnation <= incarnationOf(endings, process))
}

/** An interval of a process is on its disk, by the latest that is known to be: it can be lost no more. */
export function isStable(endings: Endings, process: NodeId, interval: Interval, latest: Interval): boolean {
  if (interval.index === 0) return true
  return !isLost(endings, process, interval) && !isBefore(latest, interval)
}
