/** The points at which algorithms meet conditions: `availability of at least 99 % at all 3 points`, regardless of the axes. */
import type { Figured } from "../../analysis/aggregate.ts"
import type { PointsForm } from "../../experiments/model/answer-form.ts"
import { areMet, conditionsInWords, isClose } from "./conditions.ts"
import { type Figures, joined, type OfAlgorithm } from "./context.ts"
import type { PointsWith, Told } from "./finding.ts"
import { describePoints, pointKey, spaceOf } from "./points.ts"

/** One sentence for all algorithms that meet the conditions at the same points. */
export function tellPointsWith(figures: Figures, { conditions }: PointsForm): readonly Told[] {
  const found = figures.algorithms
    .filter(({ summaries }) => summaries.length > 0)
    .map(algorithm => {
      const met = algorithm.summaries.filter(summary => areMet(conditions, summary))
      const close = algorithm.summaries.filter(summary => isClose(conditions, summary))
      return { algorithm, met, close, text: placesInWords(figures, algorithm, met, close) }
    })
  return [...Map.groupBy(found, ({ text }) => text)].map(([text, group]) => {
    const [{ met, close }] = [group[0]!]
    const algorithms = group.map(({ algorithm }) => algorithm.label)
    const finding: PointsWith = {
      kind: "points",
      conditions,
      algorithms,
      points: met.map(({ cell }) => pointKey(cell)),
      close: close.map(({ cell }) => pointKey(cell)),
    }
    return { sentence: `${joined(algorithms)}: ${conditionsInWords(conditions)}${text}.`, finding }
  })
}

function placesInWords(
  figures: Figures,
  { summaries }: OfAlgorithm,
  met: readonly Figured[],
  close: readonly Figured[],
): string {
  const cellsOf = (some: readonly Figured[]) => some.map(({ cell }) => cell)
  const space = spaceOf(cellsOf(summaries), figures.dimensions)
  const at = (some: readonly Figured[]): string => {
    const where = describePoints(cellsOf(some), space)
    return where === "" ? "" : ` ${where}`
  }
  const open = close.length === 0 ? "" : `; not decided by the runs${at(close)}`
  if (met.length > 0) return `${at(met)}${open}`
  return `: ${space.cells.length === 1 ? "not met" : "at no point"}${open}`
}
