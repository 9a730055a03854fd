/** Results of a function that is asked for the same again and again, such as of each of 10,000 cells. */

/** Results that are remembered; then all are forgotten. */
const MAX_RESULTS = 4_096

/** A function of a number or a text that remembers what it returned. */
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
