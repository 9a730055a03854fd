/** Results of a function that is asked for the same again and again, such as of each of 10,000 cells. */

/** Results that are remembered; then all are forgotten. */
const MAX_RESULTS = 4_096

/** A function of a number that remembers what it returned. */
export function remembered<Result>(of: (argument: number) => Result): (argument: number) => Result {
  const known = new Map<number, Result>()
  return argument => {
    const result = known.get(argument)
    if (result !== undefined) return result
    if (known.size >= MAX_RESULTS) known.clear()
    const found = of(argument)
    known.set(argument, found)
    return found
  }
}
