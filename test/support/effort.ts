/**
 * How much tests do: by day what finds most mistakes in a few minutes, and at night (`npm run nightly`) all that random runs,
 * explorations and planted mistakes can find.
 */

/** True in a nightly run. */
export const isNight = process.env["NIGHT"] !== undefined

/** A number of runs, seeds or cases. */
export function byNight(atNight: number, byDay: number): number {
  return isNight ? atNight : byDay
}

/** At night all of some cases, by day one in so many, the first among them. */
export function oneInByDay<T>(each: number, all: readonly T[]): readonly T[] {
  return isNight ? all : all.filter((_, place) => place % each === 0)
}
