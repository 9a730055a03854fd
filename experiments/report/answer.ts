/**
 * The answer in words: what the figures say about the question, sentence by sentence.
 *
 * Nothing is claimed that an interval does not show: values come with theirs, algorithms are told apart only where the
 * interval of their paired difference leaves out 0, and where it does not the sentence says that no difference is shown.
 */
import type { CellSummary } from "../aggregate.ts"
import type { Dimension } from "../cell.ts"
import { chooseChart } from "../charts/registry.ts"
import { type Difference, isShown } from "../comparisons.ts"
import type { MeasureName } from "../measure.ts"
import type { Plan } from "../plan.ts"
import type { Estimate } from "../statistics.ts"
import { inWords, pointOf, shownMetric, type ShownMetric, withInterval } from "./format.ts"

/** What is said about one metric. */
export interface AnswerPart {
  readonly title: string
  readonly sentences: readonly string[]
}

/** Pairs of algorithms that are told of; the rest is in the table of differences. */
const MOST_PAIRS = 6
/** Stretches of equal values that a sentence can carry. */
const MOST_STRETCHES = 5

/** What the figures say, metric by metric, in the order of the charts that were asked for. */
export function answerOf(
  plan: Plan,
  cells: readonly CellSummary[],
  differences: readonly Difference[],
): readonly AnswerPart[] {
  return metricsAsked(plan).flatMap(({ metric, across }): readonly AnswerPart[] => {
    const measured = cells.filter(({ metrics }) => metrics[metric.name])
    if (measured.length === 0) return []
    const sentences = plan.experiment.variants.flatMap(({ key, label }) => {
      const own = measured.filter(({ cell }) => cell.variant.key === key)
      return own.length === 0 ? [] : [`${label}: ${course(own, metric, across, plan)}.`]
    })
    const compared = comparisons(plan, differences, metric)
    return [{ title: metric.title.replace(/ \(ms\)$/, ""), sentences: [...sentences, ...compared] }]
  })
}

interface Asked {
  readonly metric: ShownMetric
  /** What it is shown against. */
  readonly across: Dimension | undefined
}

/** The metrics that the experiment's charts show; availability and message cost if there are no charts. */
function metricsAsked({ experiment: { charts, dimensions } }: Plan): readonly Asked[] {
  const asked = charts.flatMap((name): readonly Asked[] => {
    const choice = chooseChart(name, dimensions)
    if ("problem" in choice || !("metric" in choice)) return []
    if ("figure" in choice.metric) return []
    const metric = shownMetric(choice.metric.metric)
    return metric === undefined ? [] : [{ metric, across: choice.across }]
  })
  const names: readonly MeasureName[] = ["availability", "messages_per_operation"]
  const others = names.map(name => ({ metric: shownMetric(name)!, across: dimensions[0] }))
  const all = asked.length === 0 ? others : asked
  return all.filter(({ metric }, place) => all.findIndex(other => other.metric === metric) === place)
}

/** How a metric of one algorithm goes along the sweep: `100.00 % with 0 to 2 crashes, then 20.10 % [...] with 3 and 4`. */
function course(cells: readonly CellSummary[], metric: ShownMetric, across: Dimension | undefined, plan: Plan): string {
  const { dimensions } = plan.experiment
  const value = ({ metrics }: CellSummary): Estimate => metrics[metric.name]!
  const write = (cell: CellSummary): string => withInterval(value(cell), metric.write)
  if (cells.length === 1) {
    const at = pointOf(cells[0]!.cell, dimensions)
    return at === "" ? write(cells[0]!) : `${write(cells[0]!)} (${at})`
  }
  const varied = dimensions.filter(({ name }) => new Set(cells.map(({ cell }) => cell.point[name]?.text)).size > 1)
  const [only] = varied
  if (only === undefined || varied.length > 1 || across === undefined) return range(cells, metric, dimensions)
  const stretches = stretchesOf(cells, value)
  if (stretches.length > MOST_STRETCHES) return ends(cells, metric, only)
  const level = (stretch: readonly CellSummary[]): string => {
    const written = new Set(stretch.map(write))
    return written.size === 1
      ? [...written][0]!
      : between(
          stretch.map(cell => value(cell).value),
          metric,
        )
  }
  return stretches.map(stretch => `${level(stretch)} ${spanned(stretch, only)}`).join("; ")
}

function between(values: readonly number[], metric: ShownMetric): string {
  const [low, high] = [metric.write(Math.min(...values)), metric.write(Math.max(...values))]
  return low === high ? low : `${low} to ${high}`
}

/** Neighbours whose intervals overlap belong together: as far as the runs show, they have the same value. */
function stretchesOf(
  cells: readonly CellSummary[],
  value: (cell: CellSummary) => Estimate,
): readonly (readonly CellSummary[])[] {
  const stretches: CellSummary[][] = []
  for (const cell of cells) {
    const last = stretches.at(-1)
    if (last !== undefined && last.every(other => overlap(value(other), value(cell)))) last.push(cell)
    else stretches.push([cell])
  }
  return stretches
}

function overlap(a: Estimate, b: Estimate): boolean {
  const [low, high] = [a.low ?? a.value, a.high ?? a.value]
  return (b.low ?? b.value) <= high && (b.high ?? b.value) >= low
}

/** `with 3 crashes`, `with 0 to 2 crashes`. */
function spanned(cells: readonly CellSummary[], dimension: Dimension): string {
  const texts = cells.map(({ cell }) => cell.point[dimension.name]?.text ?? "")
  if (texts.length === 1) return inWords(dimension, texts[0]!)
  return inWords(dimension, texts.length === 2 ? `${texts[0]} and ${texts[1]}` : `${texts[0]} to ${texts.at(-1)}`)
}

/** Where it begins and where it ends, and how far it goes in between. */
function ends(cells: readonly CellSummary[], metric: ShownMetric, dimension: Dimension): string {
  const at = (cell: CellSummary): string =>
    `${withInterval(cell.metrics[metric.name], metric.write)} ${spanned([cell], dimension)}`
  const [first, last] = [cells[0]!, cells.at(-1)!]
  const [lowest, highest] = extremes(cells, metric)
  const beyond = [
    ...(lowest === first || lowest === last ? [] : [`lowest ${at(lowest)}`]),
    ...(highest === first || highest === last ? [] : [`highest ${at(highest)}`]),
  ]
  return [`from ${at(first)} to ${at(last)}`, ...beyond].join("; ")
}

function extremes(cells: readonly CellSummary[], { name }: ShownMetric): readonly [CellSummary, CellSummary] {
  const sorted = cells.toSorted((a, b) => a.metrics[name]!.value - b.metrics[name]!.value)
  return [sorted[0]!, sorted.at(-1)!]
}

/** The lowest and the highest, and where they are: at one point, or at how many. */
function range(cells: readonly CellSummary[], metric: ShownMetric, dimensions: readonly Dimension[]): string {
  const written = cells.map(cell => withInterval(cell.metrics[metric.name], metric.write))
  const [lowest, highest] = extremes(cells, metric).map(cell => {
    const own = written[cells.indexOf(cell)]!
    const count = written.filter(other => other === own).length
    const where = count === 1 ? pointOf(cell.cell, dimensions) : `at ${count} of ${cells.length} points`
    return { own, where }
  })
  if (lowest!.own === highest!.own) return `${lowest!.own} at all ${cells.length} points`
  return `from ${lowest!.own} (${lowest!.where}) to ${highest!.own} (${highest!.where})`
}

/** What the paired differences show, pair by pair; the pairs with the largest differences first. */
function comparisons(plan: Plan, differences: readonly Difference[], metric: ShownMetric): readonly string[] {
  const own = differences.filter(difference => difference.metric === metric.name)
  const pairs = Map.groupBy(own, ({ first, second }) => `${first.variant.key}\n${second.variant.key}`)
  const told = [...pairs.values()]
    .map(pair => ({ pair, largest: largestOf(pair) }))
    .toSorted((a, b) => Math.abs(b.largest.estimate.value) - Math.abs(a.largest.estimate.value))
  const sentences = told.slice(0, MOST_PAIRS).map(({ pair, largest }) => comparison(plan, pair, largest, metric))
  const rest = told.length - sentences.length
  return rest > 0 ? [...sentences, `${rest} more pairs are in the table of differences.`] : sentences
}

/** The largest difference among those that are shown; the largest of all if none is. */
function largestOf(pair: readonly Difference[]): Difference {
  const shown = pair.filter(isShown)
  return (shown.length === 0 ? pair : shown).reduce((a, b) =>
    Math.abs(b.estimate.value) > Math.abs(a.estimate.value) ? b : a,
  )
}

function comparison(plan: Plan, pair: readonly Difference[], largest: Difference, metric: ShownMetric): string {
  const { first, second, estimate } = largest
  const [one, other] = [first.variant.label, second.variant.label]
  const shown = pair.filter(isShown).length
  const points = pair.length
  if (shown === 0) {
    const isSame = pair.every(({ estimate: { value, low, high } }) => value === 0 && low === 0 && high === 0)
    if (isSame) return `${one} and ${other}: the same in every run.`
    const where =
      points === 1 ? "no difference is shown: the" : `no difference is shown at any of the ${points} points: every`
    return `${one} and ${other}: ${where} paired interval holds 0.`
  }
  const sign = estimate.value > 0 ? "+" : ""
  const size = `${one} minus ${other}: ${sign}${withInterval(estimate, metric.writeDifference)}`
  if (points === 1) return `${size}.`
  const at = `${size} at ${pointOf(first, plan.experiment.dimensions)}, where they differ most`
  const rest = points - shown
  if (rest === 0) return `${at}; a difference is shown at all ${points} points.`
  return `${at}; a difference is shown at ${shown} of ${points} points, and none at the other${rest === 1 ? "" : ` ${rest}`}.`
}
