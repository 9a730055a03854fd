/** Minimum and maximum of any number of values: `Math.max` takes its arguments on the stack, which holds some 100,000. */

/** The maximum; -Infinity if there is none. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), -Infinity)
}

/** The minimum; Infinity if there is none. */
export function smallest(numbers: readonly number[]): number {
  return numbers.reduce((fewest, number) => Math.min(fewest, number), Infinity)
}
