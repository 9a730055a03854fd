/** Differences along the sweep in words: `Raft with n = 5 against 3: more available by 2.60 points [2.14, 3.05] (19 h a month)`. */
import type { Figured } from "../../analysis/aggregate.ts"
import { type AlongDifference, minutesAMonth, type Verdict } from "../../analysis/along.ts"
import type { Difference } from "../../analysis/comparisons.ts"
import { inWords as valueInWords } from "../../analysis/format.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { compare, type DifferenceWords, inWords } from "./comparison.ts"
import type { Figures } from "./context.ts"
import type { MarginKept, Told } from "./finding.ts"
import { comparedIn, describePoints, labelOn, pointKey, type Space, spaceOf } from "./points.ts"
import { estimateIn, wordsFor } from "./words.ts"

/**
 * A sentence for each algorithm and each pair of compared values.
 *
 * @param isAlone true if the sentences must name the metric
 * @param axis the dimension; default: all with comparisons
 */
export function tellAlong(figures: Figures, metric: string, isAlone = false, axis?: string): readonly Told[] {
  return figures.alongIn(metric, axis).map(group => tellGroup(figures, metric, group, isAlone))
}

function tellGroup(figures: Figures, metric: string, group: readonly AlongDifference[], isAlone: boolean): Told {
  const [{ along, values, first }] = [group[0]!]
  const dimension = figures.dimension(along)
  const firsts = group.map(difference => difference.first)
  const own = figures.algorithms.find(({ key }) => key === first.variant.key)?.summaries ?? []
  const all = spaceOf(
    own.flatMap(({ cell }) => (labelOn(cell, dimension) === values.first ? [cell] : [])),
    figures.dimensions,
  )
  const space = comparedIn(all, firsts, figures.dimensions)
  const uncompared = uncomparedIn(figures, metric, group, own)
  const margin = keptIn(group)
  const { label } = first.variant
  const finding = {
    ...compare(metric, group, space),
    first: `${label} ${valueInWords(dimension, values.first)}`,
    second: `${label} ${valueInWords(dimension, values.second)}`,
    uncompared: uncompared.map(pointKey),
    along: { axis: along, ...values },
    ...(margin === undefined ? {} : { margin }),
  }
  const words: DifferenceWords = { ...wordsFor(metric), effect: effectOf }
  const who = `${finding.first} against ${values.second}${isAlone ? `, ${words.noun}` : ""}`
  const kept = margin === undefined ? "" : `; ${marginInWords(margin, group, space)}`
  const not = uncompared.length === 0 ? "" : `; not compared ${describePoints(uncompared, all)}`
  return { sentence: `${who}: ${inWords(finding, group, words, space)}${kept}${not}.`, finding }
}

/** Points at which one of the two values has an estimate, but there is no difference. */
function uncomparedIn(
  figures: Figures,
  metric: string,
  group: readonly AlongDifference[],
  own: readonly Figured[],
): readonly Cell[] {
  const [{ along, values }] = [group[0]!]
  const dimension = figures.dimension(along)
  const others = figures.dimensions.filter(({ name }) => name !== along)
  const rows = Map.groupBy(own, ({ cell }) => others.map(other => labelOn(cell, other)).join("\n"))
  const compared = new Set(group.map(difference => difference.first))
  return [...rows.values()].flatMap(row => {
    const at = (value: string) => row.find(({ cell }) => labelOn(cell, dimension) === value)
    const [one, other] = [at(values.first), at(values.second)]
    if (one === undefined || other === undefined || compared.has(one.cell)) return []
    return estimateIn(metric, one) === null && estimateIn(metric, other) === null ? [] : [one.cell]
  })
}

/** The size of a difference in everyday units: minutes per month for availability, per cent for metrics that are not shares. */
export function effectOf({ metric, estimate: { value }, relative }: Difference): string {
  if (metric === "availability") {
    return value === 0 ? "" : ` (${aMonth(Math.abs(minutesAMonth(value)))} a month)`
  }
  if (relative === null || relative === 0 || metric.startsWith("availability") || metric.endsWith("_share")) return ""
  return ` (${percent(Math.abs(relative))}\u00a0%)`
}

/** `11 min`, `40 s`, `3.5 h`, `12 days`: two significant digits. */
export function aMonth(minutes: number): string {
  const [size, unit] =
    minutes < 1
      ? [minutes * 60, "s"]
      : minutes < 120
        ? [minutes, "min"]
        : minutes < 48 * 60
          ? [minutes / 60, "h"]
          : [minutes / 60 / 24, "days"]
  return `${twoDigits(size)}\u00a0${unit}`
}

function percent(share: number): string {
  return twoDigits(share * 100)
}

function twoDigits(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}

const VERDICTS: Readonly<Record<Verdict, keyof Omit<MarginKept, "margin">>> = {
  "no worse": "noWorse",
  worse: "worse",
  undecided: "undecided",
}

function keptIn(group: readonly AlongDifference[]): MarginKept | undefined {
  const judged = group.flatMap(({ first, judged: found }) => (found === null ? [] : [{ first, ...found }]))
  if (judged.length === 0) return undefined
  const kept = { noWorse: [] as string[], worse: [] as string[], undecided: [] as string[] }
  for (const { first, verdict } of judged) kept[VERDICTS[verdict]].push(pointKey(first))
  return { margin: judged[0]!.margin.text, ...kept }
}

function marginInWords(
  { margin, noWorse, worse, undecided }: MarginKept,
  group: readonly Difference[],
  space: Space,
): string {
  const at = (points: readonly string[]): string => {
    const among = new Set(points)
    const cells = group.flatMap(({ first }) => (among.has(pointKey(first)) ? [first] : []))
    const where = describePoints(cells, space)
    return where === "" ? "" : ` ${where}`
  }
  const by = margin.replaceAll(" ", "\u00a0")
  return [
    ...(noWorse.length > 0 ? [`no worse by more than ${by}${at(noWorse)}`] : []),
    ...(worse.length > 0 ? [`worse by more than ${by}${at(worse)}`] : []),
    ...(undecided.length > 0 ? [`whether worse by more than ${by} is not decided${at(undecided)}`] : []),
  ].join("; ")
}
