/** The table of published figures in a report, with the experiment's own. */
import type { VNode } from "preact"
import { besidePublished, writtenDeviation } from "../../analysis/published.ts"
import { wordsForSeries, writtenValue } from "../answer/published.ts"
import type { ReportContent } from "./content.ts"
import { table } from "./html.ts"
import { coordinates, titles } from "./tables.ts"

/** One row for every published value and algorithm that has a point for it. */
export function publishedPart({ plan, summary }: ReportContent): VNode | null {
  const beside = besidePublished(plan.experiment, summary.cells)
  if (beside.length === 0) return null
  const { dimensions } = plan.experiment
  const rows = beside.map(({ series, cell, published, own, deviation, isWithin }) => {
    const words = wordsForSeries(series)
    return [
      ...coordinates(cell, dimensions),
      cell.variant.label,
      `${words.noun.slice(0, 1).toUpperCase()}${words.noun.slice(1)}`,
      { text: writtenValue(words, published), sort: published },
      own === null ? "-" : { text: writtenValue(words, own), sort: own },
      deviation === null ? "-" : { text: writtenDeviation(deviation), sort: deviation },
      `${Number((series.tolerance * 100).toFixed(2))} %`,
      isWithin ? "yes" : "no",
      series.source,
    ]
  })
  const header = [
    ...titles(dimensions),
    "Algorithm",
    "Figure",
    "Published",
    "Here",
    "Difference",
    "Tolerance",
    "Within it",
    "Source",
  ]
  const caption = "Published figures beside those of these runs; the difference is in per cent of the published value"
  return table(caption, header, rows, { words: dimensions.length + 2, isSortable: true })
}
