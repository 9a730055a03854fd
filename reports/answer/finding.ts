/**
 * Findings: what the figures say, as data. A sentence words a finding, and says no more than the data do.
 *
 * Points of the sweep are written as in ids: `nodes=5/crashes=2`; empty if nothing is swept.
 */
import type { ValuePair } from "../../experiments/model/along-form.ts"
import type { Condition, Restriction } from "../../experiments/model/answer-form.ts"
import type { CaseCounts } from "../../analysis/aggregate.ts"
import type { CaseName } from "../../scenarios/cases.ts"
import type { Estimate } from "../../analysis/statistics.ts"

/** A point of the sweep. */
export type Point = string

/** An estimate, and its point. */
export interface EstimateAt {
  readonly point: Point
  readonly estimate: Estimate
}

/** The values of one algorithm in a metric. */
export interface Course {
  readonly kind: "course"
  readonly metric: string
  readonly algorithm: string
  readonly lowest: EstimateAt
  readonly highest: EstimateAt
  /** Points without a value. */
  readonly without: readonly Point[]
}

/** The difference of two algorithms (or of one at two values) in a metric, run by run: the first minus the second. */
export interface Comparison {
  readonly kind: "comparison"
  readonly metric: string
  readonly first: string
  readonly second: string
  /** Points at which the first is shown to have more. */
  readonly more: readonly Point[]
  /** Points at which the first is shown to have less. */
  readonly less: readonly Point[]
  /** Compared points at which no difference is shown. */
  readonly unshown: readonly Point[]
  /** Points of both that cannot be compared because one of them has no value. */
  readonly uncompared: readonly Point[]
  /** The largest difference of all compared points, shown or not. */
  readonly largest: EstimateAt & { readonly isShown: boolean }
  /** The largest shown difference of each sign. */
  readonly mostMore: EstimateAt | null
  readonly mostLess: EstimateAt | null
  /** Neighbours along an axis between which the shown sign changes. */
  readonly changes: readonly (readonly [Point, Point])[]
  /** True if both have the same value in every run at every point. */
  readonly isSame: boolean
  /** For one algorithm at two values of a dimension: that dimension, and the values. */
  readonly along?: ValuePair & { readonly axis: string }
  /** The judgement by a margin of non-inferiority, if the spec gives one. */
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
  /** The last value up to which all values meet the conditions; null if the first does not. */
  readonly last: string | null
  /** True if all values meet them. */
  readonly isAll: boolean
  /** Later values that meet them again, except those too close to a bound for the runs to decide. */
  readonly again: readonly string[]
}

export interface Threshold {
  readonly kind: "threshold"
  readonly end: "largest" | "smallest"
  readonly axis: string
  readonly conditions: readonly Condition[]
  /** The algorithms that reach equally far. */
  readonly algorithms: readonly string[]
  readonly cases: readonly ThresholdCase[]
  /** Points whose interval contains a bound: the runs do not decide on which side they lie. */
  readonly close: readonly Point[]
}

/** The points at which algorithms meet conditions, regardless of the axes. */
export interface PointsWith {
  readonly kind: "points"
  readonly conditions: readonly Condition[]
  /** The algorithms that meet them at the same points. */
  readonly algorithms: readonly string[]
  readonly points: readonly Point[]
  /** Points whose interval contains a bound: the runs do not decide on which side they lie. */
  readonly close: readonly Point[]
}

/** Points at which no algorithm is shown to be better than these. */
export interface Best {
  readonly algorithms: readonly string[]
  readonly points: readonly Point[]
  /** The smallest and the largest lead over the runner-up, if one alone is best. */
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

/** A metric compared with a closed form, or with another metric of the same points. */
export interface Against {
  readonly kind: "against"
  readonly metric: string
  readonly other: string
  /** The algorithms with the same outcome. */
  readonly algorithms: readonly string[]
  /** The formulas, if the metric is compared with theory. */
  readonly formulas: readonly string[]
  /** Points at which the metric's interval contains the other value. */
  readonly equal: readonly Point[]
  readonly above: readonly Point[]
  readonly below: readonly Point[]
  /** Points at which the other has no value. */
  readonly without: readonly Point[]
  /** The largest distance: the metric minus the other. */
  readonly largest: { readonly point: Point; readonly difference: number }
}

/** The rank of an algorithm, as far as the runs decide it. */
export interface RankedPlace {
  readonly algorithm: string
  /** Null without an estimate; such algorithms rank last. */
  readonly estimate: Estimate | null
  /** The best possible rank: one more than the number of algorithms shown to be better. */
  readonly from: number
  /** The worst possible rank: the rank if all algorithms are better except those shown to be worse. */
  readonly to: number
}

/** The ranks at one point of the sweep. */
export interface RankedPoint {
  readonly point: Point
  /** Best first. */
  readonly places: readonly RankedPlace[]
  /** Algorithms that violated a check at this point, and the number of their runs that did: they are not ranked. */
  readonly unranked: readonly { readonly algorithm: string; readonly violated: number; readonly runs: number }[]
}

/** All algorithms of a service in order, at points where the order is the same. */
export interface Ranking {
  readonly kind: "ranking"
  readonly metric: string
  readonly service: string
  readonly points: readonly RankedPoint[]
}

/** The values of all algorithms at the only point. */
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

/** Figures of one algorithm compared with those of a source. */
export interface PublishedFinding {
  readonly kind: "published"
  readonly metric: string
  /** For a distribution: the share that had ended by then. */
  readonly share?: number
  readonly algorithm: string
  readonly source: string
  /** The largest distance that counts as agreement, as a share of the published value. */
  readonly tolerance: number
  readonly points: readonly {
    readonly point: Point
    readonly published: number
    /** Null if the runs have none. */
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

/** A finding and its sentence. */
export interface Told {
  readonly sentence: string
  readonly finding: Finding
  /** The points that it is about, if not all. */
  readonly where?: readonly Restriction[]
  /** Findings about other algorithms or points that the same sentence states. */
  readonly also?: readonly Told[]
}

/** The sentences about one metric. */
export interface AnswerPart {
  readonly metric: string
  readonly title: string
  readonly told: readonly Told[]
  /** The number of pairs of algorithms omitted here. */
  readonly omitted: number
}

/** The answer to an experiment's question, and its evidence. */
export interface Answer {
  /** One to a few sentences that answer the question. */
  readonly lead: readonly Told[]
  /** The ranges and differences, metric by metric. */
  readonly parts: readonly AnswerPart[]
}
