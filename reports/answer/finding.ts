/**
 * Findings: what the figures say, as data first. A sentence puts one in words, and says no more than the data do.
 *
 * Points of the sweep are written as they are in ids: `nodes=5/crashes=2`; empty if nothing is swept.
 */
import type { ValuePair } from "../../experiments/model/along-form.ts"
import type { Condition, Restriction } from "../../experiments/model/answer-form.ts"
import type { CaseCounts } from "../../analysis/aggregate.ts"
import type { CaseName } from "../../scenarios/cases.ts"
import type { Estimate } from "../../analysis/statistics.ts"

/** A point of the sweep. */
export type Point = string

/** An estimate, and where it is. */
export interface EstimateAt {
  readonly point: Point
  readonly estimate: Estimate
}

/** The values that a metric of one algorithm takes. */
export interface Course {
  readonly kind: "course"
  readonly metric: string
  readonly algorithm: string
  readonly lowest: EstimateAt
  readonly highest: EstimateAt
  /** Points at which there is no value. */
  readonly without: readonly Point[]
}

/** The difference of two algorithms (or of one at two values) in a metric, run by run: the first less the second. */
export interface Comparison {
  readonly kind: "comparison"
  readonly metric: string
  readonly first: string
  readonly second: string
  /** Points at which the first is shown to have more. */
  readonly more: readonly Point[]
  /** Points at which it is shown to have less. */
  readonly less: readonly Point[]
  /** Compared points at which no difference is shown. */
  readonly unshown: readonly Point[]
  /** Points of both at which they cannot be compared: one of them has no value there. */
  readonly uncompared: readonly Point[]
  /** The largest difference of all compared points, shown or not. */
  readonly largest: EstimateAt & { readonly isShown: boolean }
  /** The largest of each sign among those shown. */
  readonly mostMore: EstimateAt | null
  readonly mostLess: EstimateAt | null
  /** Neighbours along an axis between which the shown sign changes. */
  readonly changes: readonly (readonly [Point, Point])[]
  /** True if both had the same value in every run at every point. */
  readonly isSame: boolean
  /** Of one algorithm at two values of what is swept: the dimension, and the values. */
  readonly along?: ValuePair & { readonly axis: string }
  /** The judgement by a margin of non-inferiority, where the spec gives one. */
  readonly margin?: MarginKept
}

/** The points at which the first is, or is not, shown to be worse by less than a margin. */
export interface MarginKept {
  /** In words: `0.1 points`, `10 %`. */
  readonly margin: string
  readonly noWorse: readonly Point[]
  readonly worse: readonly Point[]
  readonly undecided: readonly Point[]
}

/** The part of an axis along which one algorithm meets conditions, all else fixed. */
export interface ThresholdCase {
  /** The fixed part: the point without the axis. */
  readonly point: Point
  /** The last value that meets them, all before it too; null if not even the first does. */
  readonly last: string | null
  /** True if no value fails them. */
  readonly isAll: boolean
  /** Later values that meet them again, those apart that are too close to a bound for the runs to decide. */
  readonly again: readonly string[]
}

export interface Threshold {
  readonly kind: "threshold"
  readonly end: "largest" | "smallest"
  readonly axis: string
  readonly conditions: readonly Condition[]
  /** Those that reach equally far. */
  readonly algorithms: readonly string[]
  readonly cases: readonly ThresholdCase[]
  /** Points whose interval holds a bound: the runs do not decide on which side they lie. */
  readonly close: readonly Point[]
}

/** The points at which algorithms meet conditions, whatever is swept. */
export interface PointsWith {
  readonly kind: "points"
  readonly conditions: readonly Condition[]
  /** Those that meet them at the same points. */
  readonly algorithms: readonly string[]
  readonly points: readonly Point[]
  /** Points whose interval holds a bound: the runs do not decide on which side they lie. */
  readonly close: readonly Point[]
}

/** At these points, nobody is shown to beat these algorithms. */
export interface Best {
  readonly algorithms: readonly string[]
  readonly points: readonly Point[]
  /** The smallest and the largest lead over the next, if one alone is best. */
  readonly leads: readonly [EstimateAt, EstimateAt] | null
}

export interface Winner {
  readonly kind: "winner"
  readonly metric: string
  readonly service: string
  readonly bests: readonly Best[]
}

/** The estimates at the first and the last value of an axis, all else fixed. */
export interface EffectCase {
  readonly algorithm: string
  readonly from: EstimateAt
  readonly to: EstimateAt
  /** The ratio of the metric to the axis, if it is the same within 1 % at every value and both are times; else null. */
  readonly factor: number | null
}

export interface Effect {
  readonly kind: "effect"
  readonly metric: string
  readonly axis: string
  readonly cases: readonly EffectCase[]
}

/** A metric beside a closed form, or beside another metric of the same points. */
export interface Against {
  readonly kind: "against"
  readonly metric: string
  readonly other: string
  /** Those that stand alike. */
  readonly algorithms: readonly string[]
  /** The formula, if the other is theory and there is one. */
  readonly formulas: readonly string[]
  /** Points at which the metric's interval holds the other's value. */
  readonly equal: readonly Point[]
  readonly above: readonly Point[]
  readonly below: readonly Point[]
  /** Points at which the other has no value. */
  readonly without: readonly Point[]
  /** The largest distance, as metric less other. */
  readonly largest: { readonly point: Point; readonly difference: number }
}

/** The place of an algorithm among others, as far as the runs decide it. */
export interface RankedPlace {
  readonly algorithm: string
  /** Null where there is none, which is behind all that have one. */
  readonly estimate: Estimate | null
  /** From 1: one more than those that are shown to be better. */
  readonly from: number
  /** The place if all are better that are not shown to be worse. */
  readonly to: number
}

/** The places at one point of the sweep. */
export interface RankedPoint {
  readonly point: Point
  /** The first place first. */
  readonly places: readonly RankedPlace[]
  /** Those that violated a check here, and in how many of their runs: they have no place. */
  readonly unranked: readonly { readonly algorithm: string; readonly violated: number; readonly runs: number }[]
}

/** All algorithms of a service in order, at points where the order is the same. */
export interface Ranking {
  readonly kind: "ranking"
  readonly metric: string
  readonly service: string
  readonly points: readonly RankedPoint[]
}

/** The values of all algorithms at the only point that there is. */
export interface Values {
  readonly kind: "values"
  readonly metric: string
  readonly values: readonly { readonly algorithm: string; readonly estimate: Estimate }[]
}

/** The outcome of all cases of one algorithm at one point. */
export interface Cases extends CaseCounts {
  readonly kind: "cases"
  readonly algorithm: string
  readonly point: Point
  readonly of: CaseName
}

/** Figures of one algorithm beside those of a source. */
export interface PublishedFinding {
  readonly kind: "published"
  readonly metric: string
  /** Of a distribution: the share that had ended by then. */
  readonly share?: number
  readonly algorithm: string
  readonly source: string
  /** The largest distance that counts as agreement, as a share of the published value. */
  readonly tolerance: number
  readonly points: readonly {
    readonly point: Point
    readonly published: number
    /** Null where the runs have none. */
    readonly own: number | null
    readonly deviation: number | null
    readonly isWithin: boolean
  }[]
}

export type Finding =
  | PublishedFinding
  | Cases
  | Values
  | Course
  | Comparison
  | Threshold
  | PointsWith
  | Winner
  | Effect
  | Against
  | Ranking

/** A finding with the sentence that puts it in words. */
export interface Told {
  readonly sentence: string
  readonly finding: Finding
  /** Of which points it is, if not of all. */
  readonly where?: readonly Restriction[]
  /** The findings about more algorithms, or more points, that the sentence states in the same words. */
  readonly also?: readonly Told[]
}

/** The sentences about one metric. */
export interface AnswerPart {
  readonly metric: string
  readonly title: string
  readonly told: readonly Told[]
  /** Pairs of algorithms of which nothing is said here. */
  readonly omitted: number
}

/** The answer to an experiment's question, and what stands behind it. */
export interface Answer {
  /** One to a few sentences that answer the question. */
  readonly lead: readonly Told[]
  /** The ranges and differences, metric by metric. */
  readonly parts: readonly AnswerPart[]
}
