/**
 * Published figures in charts: a hollow diamond for each value, and the note with their source and the distance of the runs
 * from them.
 */
import type { CellSummary } from "../../analysis/aggregate.ts"
import { type Beside, besidePublished, isAgreement, writtenDeviation } from "../../analysis/published.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Layer } from "./frame.ts"

/**
 * The published values of a metric, by the cells that they are compared with.
 *
 * @param isOfShares true for its distribution, false for the metric itself
 */
export function publishedOf(
  plan: Plan,
  summaries: readonly CellSummary[],
  metric: string,
  isOfShares: boolean,
): readonly Beside[] {
  return besidePublished(plan.experiment, summaries).filter(
    ({ series }) => series.of === metric && (series.share !== undefined) === isOfShares,
  )
}

/** The source of the diamonds, and the largest distance of the runs' values from them. */
export function publishedNotes(beside: readonly Beside[]): readonly string[] {
  const sources = Map.groupBy(beside, ({ series: { source, tolerance } }) => `${source}\n${tolerance}`)
  return [...sources.values()].map(all => {
    const { source, tolerance } = all[0]!.series
    const deviations = all.flatMap(({ deviation }) => deviation ?? [])
    const farthest = deviations.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    const outside = all.filter(({ isWithin }) => !isWithin).length
    const limit = `${Number((tolerance * 100).toFixed(2))}\u00a0%`
    const verdict = outside === 0 ? `all within ${limit}` : `${outside} of ${all.length} not within ${limit}`
    const off = isAgreement(farthest) ? "less than 0.1\u00a0%" : `${writtenDeviation(farthest)} at most`
    return `Diamonds: ${source}; the runs are off by ${off}, ${verdict}.`
  })
}

/** The diamonds, at the points that a filter selects. */
export function publishedMarks(encoding: object, filter: string, tooltip: readonly object[]): Layer {
  return {
    name: "published",
    transform: [{ filter }],
    mark: {
      type: "point",
      shape: "diamond",
      filled: true,
      fill: "#fff",
      opacity: 1,
      size: 70,
      stroke: "#111",
      strokeWidth: 1.4,
    },
    encoding: { ...encoding, tooltip: [...tooltip] },
  }
}
