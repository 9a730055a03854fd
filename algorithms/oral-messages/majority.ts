/**
 * The functions `majority` that the paper suggests (§3): whatever one is used, "if a majority of the values v_i equal v,
 * then majority(v_1, ..., v_(n-1)) equals v".
 */
import type { Value } from "../../services/agreement/shape.ts"

export const RETREAT: Value = 0

export const ATTACK: Value = 1

/** "The majority value among the v_i if it exists, otherwise the value RETREAT." */
export function majority(values: readonly Value[]): Value {
  const candidate = majorityCandidate(values)
  let count = 0
  for (const value of values) if (value === candidate) count++
  return 2 * count > values.length ? candidate : RETREAT
}

/**
 * The only value that can have a majority: of Boyer and Moore's pairs of unequal values, cancelled as they come, it is
 * the one that is left over.
 */
function majorityCandidate(values: readonly Value[]): Value {
  let candidate = RETREAT
  let surplus = 0
  for (const value of values) {
    if (surplus === 0) candidate = value
    surplus += value === candidate ? 1 : -1
  }
  return candidate
}

/** "The median of the v_i, assuming that they come from an ordered set"; of two in the middle, the lower one. */
export function median(values: readonly Value[]): Value {
  const ordered = values.toSorted((a, b) => a - b)
  return ordered[(ordered.length - 1) >> 1] ?? RETREAT
}

export const rules = { majority, median } as const
