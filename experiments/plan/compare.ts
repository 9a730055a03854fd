/** Resolves the comparisons along the sweep of a spec: the dimension, the pairs of its values, and the margins. */
import { CHART_METRICS, type MeasuredMetric } from "../../analysis/kinds.ts"
import { COMPARED } from "../../analysis/metrics.ts"
import { spaced } from "../../analysis/words.ts"
import { own } from "../../runtime/lib/own.ts"
import { parseShare } from "../../runtime/contract/units.ts"
import type { Cell } from "../../scenarios/cell.ts"
import type { AlongForm, Margin, ValuePair } from "../model/along-form.ts"
import { didYouMean, type Problem, shown } from "../../lib/problems.ts"
import type { Path, Source } from "../../lib/source.ts"
import type { Swept } from "./elaborate/dimensions.ts"
import { boundOf, comparedMetrics, sweptAs } from "./schema/answer.ts"
import { EVERY } from "./schema/behaviour-schema.ts"
import { type ComparisonSpec, MARGIN_FORM } from "./schema/compare-schema.ts"
import type { Written } from "./schema/scalars.ts"
import type { Spec } from "./schema/schema.ts"

type Report = (path: Path, message: string) => void

/** The comparisons that a spec asks for, and the problems in them. */
export function comparisonsIn(spec: Spec, source: Source, swept: readonly Swept[], cells: readonly Cell[]) {
  const { compare } = spec
  const problems: Problem[] = []
  if (compare === undefined) return { forms: [], problems }
  const written = [compare].flat()
  const forms = written.flatMap((comparison, place) => {
    const path: Path = Array.isArray(compare) ? ["compare", place] : ["compare"]
    const report: Report = (inner, message) => problems.push(source.problemAt([...path, ...inner], message))
    if (spec.repeat === EVERY) {
      report([], "needs runs that are a sample; with repeat: every all figures are exact")
      return []
    }
    return formOf(comparison, swept, cells, report) ?? []
  })
  return { forms, problems }
}

function formOf(
  { along, to, of, margin = {} }: ComparisonSpec,
  swept: readonly Swept[],
  cells: readonly Cell[],
  report: Report,
): AlongForm | undefined {
  const found = sweptAs(along, swept)
  if ("problem" in found) {
    report(["along"], `found "${along}", ${found.problem}`)
    return undefined
  }
  const dimension = swept.find(({ name }) => name === found.name)!
  const values = valuesOf(dimension, cells)
  const read = (value: Written, path: Path): string | undefined => {
    const label = values.labelOf(value)
    if (label === undefined)
      report(path, `found ${shown(value)}, expected a value of ${along}: ${values.labels.join(", ")}`)
    return label
  }
  const reference = to === undefined ? undefined : read(to, ["to"])
  const some = of === undefined ? undefined : [of].flat()
  const chosen = some?.map((value, place) => read(value, Array.isArray(of) ? ["of", place] : ["of"])) ?? values.labels
  const margins = Object.entries(margin).map(([name, size]) => marginOf(name, size, report))
  if (to !== undefined && reference === undefined) return undefined
  if (!chosen.every(label => label !== undefined) || !margins.every(each => each !== undefined)) return undefined
  const pairs = reference === undefined ? everyTwo(chosen) : against(reference, chosen)
  if (pairs.length === 0) {
    report(some === undefined ? [] : ["of"], "leaves nothing to compare: it takes two different values")
    return undefined
  }
  return { along: dimension.name, pairs, ...(reference === undefined ? {} : { reference }), margins }
}

/** The values of a dimension, in the order of the sweep, both as ids and sentences write them and as the spec does. */
export function valuesOf(dimension: Swept, cells: readonly Cell[]) {
  const coordinates = cells.flatMap(({ point }) => point[dimension.name] ?? [])
  const labels = [...new Set(coordinates.map(({ rule, text }) => rule ?? text))]
  const choices = dimension.choices({})
  const written = new Map(
    ("length" in choices ? choices : []).flatMap(choice =>
      typeof choice.written === "object" ? [] : [[bare(choice.written), choice.coordinate] as const],
    ),
  )
  const labelOf = (value: Written): string | undefined => {
    const coordinate = written.get(bare(value))
    return labels.find(label => label === bare(value) || label === (coordinate?.rule ?? coordinate?.text))
  }
  return { labels, labelOf }
}

function bare(written: Written): string {
  return String(written).replaceAll(" ", "")
}

function against(reference: string, chosen: readonly string[]): readonly ValuePair[] {
  return [...new Set(chosen)].flatMap(first => (first === reference ? [] : [{ first, second: reference }]))
}

/** All pairs of values: the later minus the earlier. */
function everyTwo(chosen: readonly string[]): readonly ValuePair[] {
  const distinct = [...new Set(chosen)]
  return distinct.flatMap((second, place) => distinct.slice(place + 1).map(first => ({ first, second })))
}

/** A margin. For metrics that are shares it is a share; otherwise a percentage is of the value compared with. */
function marginOf(name: string, written: Written, report: Report): Margin | undefined {
  const path = ["margin", name]
  const chart = own(CHART_METRICS, name)
  const metric = chart?.metric
  if (chart === undefined || metric === undefined || metric === "share_violated" || !COMPARED.has(metric)) {
    const names = comparedMetrics()
    report(path, `found "${name}", expected a metric of ${names.join(", ")}${didYouMean(name, names)}`)
    return undefined
  }
  const text = bare(written)
  const isRelative = chart.isShare !== true && text.endsWith("%")
  const size = isRelative ? parseShare(text) : boundOf(text, chart)
  if (size === undefined || size <= 0) {
    report(path, `found ${shown(written)}, expected ${MARGIN_FORM}`)
    return undefined
  }
  return { name, metric, size, isRelative, isMoreBetter: chart.isMoreBetter === true, text: inWords(text, size, chart) }
}

/** A margin in words; shares in points: `1 point`, `2 points`. */
function inWords(text: string, size: number, { isShare }: MeasuredMetric): string {
  const hundredths = Number((size * 100).toPrecision(6))
  if (isShare === true) return `${hundredths} ${hundredths === 1 ? "point" : "points"}`
  return text.endsWith("%") ? `${hundredths} %` : spaced(text).replaceAll("\u00a0", " ")
}
