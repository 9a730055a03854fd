/**
 * Binary search.
 *
 * @param count places are 0 to `count` - 1
 * @param holds a monotone condition: once it holds at a place, it holds at all later ones
 * @returns the first place at which it holds; `count` if there is none
 */
export function firstWhere(count: number, holds: (place: number) => boolean): number {
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
