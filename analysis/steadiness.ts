/**
 * Steadiness: whether the figures of a cell are those of a state that lasts, or of a queue that grows for as long as the
 * run does, so that a longer run would give other figures.
 *
 * Asked of open loops without faults, and without an operator who changes the group or its leader: where operations arrive
 * whatever became of earlier ones, and nothing but the load can be to blame. The number of operations in flight is compared in two equal spans of the measured time, whose first
 * tenth is left out.
 */
import type { Cell } from "../scenarios/cell.ts"
import type { Estimate } from "./statistics.ts"

/**
 * - `steady`: the number of operations in flight does not grow, and all of them succeed
 * - `growing`: it grows, or operations fail: more arrive than the group can carry
 * - `unclear`: the runs are too few or too short to tell
 */
export type Steadiness = "steady" | "growing" | "unclear"

/** Growth, as a share, below which a number of operations in flight counts as steady: the interval's upper end. */
const MAX_GROWTH = 0.5
/** Growth that is shown counts as such from here on. */
const MIN_GROWTH = 0.05
/** Operations that may fail in a steady state: as many as lost messages cost. */
const MAX_LOST = 0.01
/** Workload settings: how often an operator has the leader hand over, and changes the membership. 0: never. */
const MAINTENANCE = ["transferEvery", "changeEvery"] as const

/** True if an operator changes the group or its leader while it runs. */
export function isMaintained(workload: Readonly<Record<string, unknown>>): boolean {
  return MAINTENANCE.some(interval => Number(workload[interval] ?? 0) > 0)
}

/**
 * Judges a cell.
 *
 * @param growth of the number of operations in flight, over the runs; null in closed loops
 * @returns null where it is not asked
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
