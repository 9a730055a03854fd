/** Resolves the published figures of a spec: their metric, and their points in the sweep. */
import { parseShare } from "../../runtime/contract/units.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { didYouMean, type Problem, shown } from "../../lib/problems.ts"
import type { Path, Source } from "../../lib/source.ts"
import { CHART_FIGURES, CHART_METRICS } from "../../analysis/kinds.ts"
import { DISTRIBUTIONS, type PublishedSeries, type PublishedValue } from "../model/published.ts"
import { valuesOf } from "./compare.ts"
import type { Swept } from "./elaborate/dimensions.ts"
import { boundOf, chartMetric, sweptAs } from "./schema/answer.ts"
import { type PublishedSpec, VALUES_FORM } from "./schema/published-schema.ts"
import { shareOf, type Written } from "./schema/scalars.ts"
import type { Spec } from "./schema/schema.ts"

type Report = (path: Path, message: string) => undefined

/** The published figures that a spec names, and the problems in them. */
export function publishedIn(
  { published }: Spec,
  source: Source,
  swept: readonly Swept[],
  cells: readonly Cell[],
): { readonly series: readonly PublishedSeries[]; readonly problems: readonly Problem[] } {
  if (published === undefined) return { series: [], problems: [] }
  const problems: Problem[] = []
  const series = [published].flat().flatMap((written, place) => {
    const path: Path = Array.isArray(published) ? ["published", place] : ["published"]
    const report: Report = (inner, message) => {
      problems.push(source.problemAt([...path, ...inner], message))
      return undefined
    }
    return seriesOf(written, swept, cells, report) ?? []
  })
  return { series, problems }
}

function seriesOf(
  { source, of, by, tolerance, values }: PublishedSpec,
  swept: readonly Swept[],
  cells: readonly Cell[],
  report: Report,
): PublishedSeries | undefined {
  const what = metricOf(of, report)
  const labels = [...new Set(cells.map(({ variant }) => variant.label))]
  if (by !== undefined && !labels.includes(by)) {
    return report(["by"], `found "${by}", expected one of ${labels.join(", ")}${didYouMean(by, labels)}`)
  }
  if (what === undefined) return undefined
  const read = values.map((written, place) =>
    valueOf(written, what.of, swept, cells, (inner, message) => report(["values", place, ...inner], message)),
  )
  if (!read.every(value => value !== undefined)) return undefined
  return { source, ...what, ...(by === undefined ? {} : { by }), tolerance: shareOf(tolerance), values: read }
}

/** `recovery at 50%`, or the name of a metric. */
function metricOf(written: string, report: Report): Pick<PublishedSeries, "of" | "share"> | undefined {
  const [, name = "", at] = /^(\S+)(?: at (\S+))?$/.exec(written.trim()) ?? []
  const chart = chartMetric(name)
  const names = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]
  if (chart === undefined) {
    return report(["of"], `found "${written}", expected a metric of ${names.join(", ")}${didYouMean(name, names)}`)
  }
  if (at === undefined) return { of: name }
  const share = parseShare(at)
  if (!DISTRIBUTIONS.some(each => each === name) || share === undefined || share <= 0 || share >= 1) {
    return report(
      ["of"],
      `found "${written}", expected a share of ${DISTRIBUTIONS.join(" or ")}, such as recovery at 50%`,
    )
  }
  return { of: name, share: Number(share.toPrecision(9)) }
}

function valueOf(
  written: Readonly<Record<string, Written>>,
  metric: string,
  swept: readonly Swept[],
  cells: readonly Cell[],
  report: Report,
): PublishedValue | undefined {
  const { is, ...where } = written
  if (is === undefined) return report([], `has no value; expected ${VALUES_FORM}`)
  const value = boundOf(String(is).replaceAll(" ", ""), chartMetric(metric)!)
  if (value === undefined || value <= 0) {
    return report(["is"], `found ${shown(is)}, expected what ${metric} can be, such as 287ms, above 0`)
  }
  const at: Record<string, string> = {}
  for (const [axis, coordinate] of Object.entries(where)) {
    const found = sweptAs(axis, swept)
    if ("problem" in found) return report([axis], `found "${axis}", ${found.problem}`)
    const { labels, labelOf } = valuesOf(swept.find(({ name }) => name === found.name)!, cells)
    const label = labelOf(coordinate)
    if (label === undefined) {
      return report([axis], `found ${shown(coordinate)}, expected a value of ${axis}: ${labels.join(", ")}`)
    }
    at[found.name] = label
  }
  return { at, value }
}
