import type { ComparableSummary } from "../../../analysis/aggregate.ts"
import { adjusted, type Difference, differencesAt, pointsOf } from "../../../analysis/comparisons.ts"

/** The differences of an experiment, given the summaries of all its cells. */
export function differencesOf(summaries: readonly ComparableSummary[]): readonly Difference[] {
  const points = pointsOf(summaries.map(({ cell }) => cell))
  return adjusted(points.flatMap(places => differencesAt(places.map(place => summaries[place]!))))
}
