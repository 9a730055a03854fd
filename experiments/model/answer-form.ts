/** The statements that answer an experiment's question, in the forms that a spec can give them. */

/** The comparison of a metric with its bound. */
export type Relation = ">=" | "<=" | ">" | "<" | "="

/** A condition that a point of the sweep meets or does not. */
export interface Condition {
  /** The metric's name in charts. */
  readonly metric: string
  readonly relation: Relation
  /** In the metric's own unit: a share is 0..1, a time is in milliseconds. */
  readonly bound: number
}

/** `largest <axis> with <condition>`: how far along an axis the conditions hold. */
export interface ThresholdForm {
  readonly kind: "threshold"
  readonly end: "largest" | "smallest"
  /** The dimension's name. */
  readonly axis: string
  readonly conditions: readonly Condition[]
}

/** `points with <condition>`: the points at which the conditions hold; for axes without an order. */
export interface PointsForm {
  readonly kind: "points"
  readonly conditions: readonly Condition[]
}

/** `winner by <metric>`: who is best, and where. */
export interface WinnerForm {
  readonly kind: "winner"
  readonly metric: string
}

/** `crossover of <metric>`: between which points two algorithms change places. */
export interface CrossoverForm {
  readonly kind: "crossover"
  readonly metric: string
}

/** `effect of <axis> on <metric>`: the change from the first value of an axis to the last. */
export interface EffectForm {
  readonly kind: "effect"
  readonly axis: string
  readonly metric: string
}

/** `<metric> along <axis>`: the differences between the values of the axis that the spec compares. */
export interface DifferencesForm {
  readonly kind: "along"
  readonly axis: string
  readonly metric: string
}

/** `<metric> against theory`, or against another metric of the same points. */
export interface AgainstForm {
  readonly kind: "against"
  readonly metric: string
  readonly other: string
}

/** `values of <metric>`: the value of each algorithm. */
export interface ValuesForm {
  readonly kind: "values"
  readonly metric: string
}

/** `ranking by <metric>, <metric>`: all algorithms in order, separately for each metric. */
export interface RankingForm {
  readonly kind: "ranking"
  readonly metrics: readonly string[]
}

/** A value of an axis, as printed in ids and tables, to which a statement is restricted. */
export interface Restriction {
  /** The dimension's name. */
  readonly axis: string
  readonly value: string
}

export type Form =
  | ThresholdForm
  | PointsForm
  | WinnerForm
  | CrossoverForm
  | EffectForm
  | DifferencesForm
  | AgainstForm
  | ValuesForm
  | RankingForm

export type AnswerForm = Form & {
  /** The points that the statement is about, if not all: `where traitors = 0`. */
  readonly where: readonly Restriction[]
}

/** In place of the other metric: the closed form that charts draw dashed. */
export const THEORY = "theory"
