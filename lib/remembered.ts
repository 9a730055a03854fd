/** Memoization of functions that are called repeatedly with the same argument, such as for each of 10,000 cells. */

/** The maximum number of memoized results; then the cache is cleared. */
const MAX_RESULTS = 4_096

/** Memoizes a function of a number or a string. */
export function remembered<Argument extends number | string, Result>(
  of: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const known = new Map<Argument, Result>()
  return argument => {
    const result = known.get(argument)
    if (result !== undefined) return result
    if (known.size >= MAX_RESULTS) known.clear()
    const found = of(argument)
    known.set(argument, found)
    return found
  }
}
