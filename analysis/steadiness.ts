/**
 * Steadiness: distinguishes a steady state from a queue that grows as long as the run does, so that a longer run would give
 * other figures.
 *
 * Judged only for open loops without faults, and without an operator who changes the group or its leader: operations arrive
 * regardless of earlier ones, and only the load can cause growth. The number of operations in flight is compared between two
 * equal spans of the measured time, whose first tenth is skipped.
 */
import type { Cell } from "../scenarios/cell.ts"
import type { Estimate } from "./statistics.ts"

/**
 * - `steady`: the number of operations in flight does not grow, and all of them succeed
 * - `growing`: it grows, or operations fail: more arrive than the group can carry
 * - `unclear`: the runs are too few or too short to tell
 */
export type Steadiness = "steady" | "growing" | "unclear"

/** The relative growth of operations in flight below which they count as steady; applies to the interval's upper end. */
const MAX_GROWTH = 0.5
/** The minimum growth that counts once it is shown. */
const MIN_GROWTH = 0.05
/** The share of operations that may fail in a steady state, to allow for lost messages. */
const MAX_LOST = 0.01
/** Workload settings: intervals at which an operator transfers leadership, and changes the membership. 0: never. */
const MAINTENANCE = ["transferEvery", "changeEvery"] as const

/** True if an operator changes the group or its leader during runs. */
export function isMaintained(workload: Readonly<Record<string, unknown>>): boolean {
  return MAINTENANCE.some(interval => Number(workload[interval] ?? 0) > 0)
}

/**
 * Judges a cell.
 *
 * @param growth of the number of operations in flight, over the runs; null for closed loops
 * @returns null where it does not apply
 */
export function steadinessOf(
  { scenario: { faults, network, workload } }: Cell,
  { operations, lost }: { readonly operations: number; readonly lost: number },
  growth: Estimate | null,
): Steadiness | null {
  if (growth === null || faults.length > 0 || operations === 0) return null
  if (isMaintained(workload)) return null
  const isLossless = network.loss === 0 && (network.links ?? []).every(({ loss = 0 }) => loss === 0)
  if (isLossless && lost / operations > MAX_LOST) return "growing"
  const { value, low, high } = growth
  if (low === null || high === null) return "unclear"
  if (low > 0 && value > MIN_GROWTH) return "growing"
  return high <= MAX_GROWTH ? "steady" : "unclear"
}
