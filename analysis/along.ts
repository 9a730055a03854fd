/**
 * Paired differences along a sweep: an algorithm at one value of a dimension minus the same algorithm at another, all else
 * equal ("5 nodes instead of 3").
 *
 * Run k has the same seed at both values, hence the same faults and link delays as far as both have them: common random
 * numbers, as between algorithms. Intervals are Hall's, which correct for skewness: a fault may hit some runs of one value
 * only, so that a few pairs lie far from all others.
 */
import type { AlongForm, Margin, ValuePair } from "../experiments/model/along-form.ts"
import type { Cell, Dimension } from "../scenarios/cell.ts"
import type { AlongSeen } from "./along-seen.ts"
import { adjusted, type Compared, type Difference, differenceOf } from "./comparisons.ts"
import { COMPARED } from "./metrics.ts"
import { type Estimate, pairedDifference, type Sample } from "./statistics.ts"

/** The difference between two values of a dimension, all else equal: the first minus the second, run by run. */
export interface AlongDifference extends Difference {
  /** The dimension's name, and the two values as ids and sentences write them. */
  readonly along: string
  readonly values: ValuePair
  /** The judgement by the margin of the metric; null if it has none. */
  readonly judged: Judged | null
}

/** The judgement of a difference by a margin of non-inferiority. */
export interface Judged {
  readonly margin: Margin
  /** The amount by which the first is worse than the margin allows, below 0 if it is not. */
  readonly excess: Estimate
  /**
   * `no worse`: the 95 % interval of the excess lies below 0, so that the first is shown to be worse by less than the
   * margin, if at all (a one-sided test at 2.5 %); `worse`: the interval lies above 0; `undecided`: it holds 0.
   */
  readonly verdict: Verdict
}

export type Verdict = "no worse" | "worse" | "undecided"

/**
 * The differences that an experiment asks for, in the order of its comparisons and cells; p-values are adjusted for the number
 * of differences along sweeps in the same metric.
 *
 * @param summaries of all cells, in any order
 */
export function differencesAlong(
  forms: readonly AlongForm[],
  dimensions: readonly Dimension[],
  summaries: readonly Compared[],
): readonly AlongDifference[] {
  const found = forms.flatMap(form => differencesOf(form, dimensions, summaries))
  return adjusted(found)
}

/** The pairs of cells of one algorithm to compare: equal in all other dimensions. */
function rowsAlong(along: string, dimensions: readonly Dimension[], summaries: readonly Compared[]) {
  const others = dimensions.filter(({ name }) => name !== along)
  return Map.groupBy(summaries, ({ cell }) =>
    JSON.stringify([cell.variant.key, ...others.map(({ name }) => labelAt(cell, name))]),
  )
}

function labelAt({ point }: Cell, name: string): string | undefined {
  return point[name]?.rule ?? point[name]?.text
}

function differencesOf(
  { along, pairs, margins }: AlongForm,
  dimensions: readonly Dimension[],
  summaries: readonly Compared[],
): readonly AlongDifference[] {
  const rows = [...rowsAlong(along, dimensions, summaries).values()]
  return pairs.flatMap(values =>
    rows.flatMap(row => {
      const [first, second] = [values.first, values.second].map(label =>
        row.find(({ cell }) => labelAt(cell, along) === label),
      )
      if (first === undefined || second === undefined) return []
      return [...COMPARED].flatMap(metric =>
        differenceOf(first, second, metric, true).map((difference): AlongDifference => {
          const margin = margins.find(each => each.metric === metric)
          const [own, other] = [first.samples[metric], second.samples[metric]]
          const judged = margin && own && other ? judge(margin, own, other, difference) : null
          return { ...difference, along, values, judged }
        }),
      )
    }),
  )
}

function judge(margin: Margin, own: Sample, other: Sample, { resolution }: Difference): Judged | null {
  const excess = excessOf(margin, own, other)
  if (excess === null) return null
  const { low, high } = excess
  const verdict =
    high !== null && high < -resolution ? "no worse" : low !== null && low > resolution ? "worse" : "undecided"
  return { margin, excess, verdict }
}

/** The amount, run by run, by which the first is worse than the margin allows; a relative margin is a multiple of the second. */
function excessOf({ size, isRelative, isMoreBetter }: Margin, own: Sample, other: Sample): Estimate | null {
  const factor = isRelative ? (isMoreBetter ? 1 - size : 1 + size) : 1
  const allowed = { ...other, value: other.value * factor, pull: other.pull.map(pull => pull * factor) }
  const difference = isMoreBetter ? pairedDifference(allowed, own, true) : pairedDifference(own, allowed, true)
  if (difference === null) return null
  const { value, low, high, runs } = difference
  const shift = isRelative ? 0 : size
  return {
    value: value - shift,
    low: low === null ? null : low - shift,
    high: high === null ? null : high - shift,
    runs,
  }
}

/** The difference as charts show it. */
export function seen({ along, values, metric, estimate, judged }: AlongDifference): AlongSeen {
  return { along, values, metric, estimate, margin: judged && marginSeen(judged, estimate.value) }
}

/** The difference at which the margin is exhausted, computed from the excess and the difference. */
function marginSeen({ margin, excess, verdict }: Judged, value: number): AlongSeen["margin"] {
  return { bound: margin.isMoreBetter ? value + excess.value : value - excess.value, verdict }
}

/** Minutes of a month: of a year of 365.25 days, a twelfth. */
const MINUTES_A_MONTH = (365.25 * 24 * 60) / 12

/** A difference of availability as minutes per month out of service, extrapolated from the runs; positive is worse. */
export function minutesAMonth(difference: number): number {
  return -difference * MINUTES_A_MONTH
}
