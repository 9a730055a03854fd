/** Extremes of as many numbers as there may be points: those that `Math.max` is given lie on the stack, which holds some 100,000. */

/** The greatest; -Infinity of none. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), -Infinity)
}

/** The least; Infinity of none. */
export function smallest(numbers: readonly number[]): number {
  return numbers.reduce((fewest, number) => Math.min(fewest, number), Infinity)
}
