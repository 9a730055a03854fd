/** Links by number. */
import type { NodeId } from "../contract/algorithm.ts"
import type { LinkSettings } from "./network.ts"

/** The number of a link in a group of `size` nodes, from 0. */
export function linkNumber(from: NodeId, to: NodeId, size: number): number {
  return from * size + to
}

/**
 * The links to which a setting applies; none if its nodes do not exist, as in a smaller group with the same network.
 */
export function placesOf({ between: [from, to], oneWay }: LinkSettings, size: number): readonly number[] {
  if (Math.max(from, to) >= size) return []
  const there = linkNumber(from, to, size)
  return oneWay === true ? [there] : [there, linkNumber(to, from, size)]
}
