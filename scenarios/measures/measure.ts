/** The form of a measure: a number of each run, and what becomes of it in summaries and charts. */
import type { Measured } from "./measured.ts"

/** A number measured in every run. */
export interface Measure {
  /** Column name, its unit last. */
  readonly name: string
  readonly doc: string
  /** The number; NaN or infinite where the run has no value. */
  readonly of: (run: Measured) => number
  /** Its estimator for a cell from its runs; without one, only runs have it. */
  readonly estimate?: Estimation
  /** The measure after which it stands in `summary.csv`, where that is not the one before it here. */
  readonly follows?: string
  /** Algorithms are compared in it run by run, on common random numbers. */
  readonly isCompared?: true
  /** `summary.csv` has its columns only where a chart or an answer is about it. */
  readonly isOnRequest?: true
  /** It counts messages, by the counting rules. */
  readonly isOfMessages?: true
  /** Its form in charts and answers. */
  readonly chart?: ChartText
}

/**
 * The estimator of a metric from runs.
 *
 * - `mean`: over the runs that have it; `share`: the same of a share, 0..1
 * - `mean latency`, `longest latency`, `percentile`: of all operations of all runs
 * - `above` and `below`: the ratio of two measures, both summed over all runs
 * - `pooled`: the ratio of totals over all runs, of what each run gives
 */
export type Estimation =
  | "mean"
  | "share"
  | "mean latency"
  | "longest latency"
  | { readonly percentile: number }
  | { readonly above: string; readonly below: string }
  | { readonly pooled: Pooled; readonly isSigned?: true }

/**
 * The contribution of a run to a ratio of totals, or null if it says nothing about it.
 *
 * @param isLed whether times without a leader are known of the run, and of all that it is compared with
 */
type Pooled = (valueOf: (measure: string) => number | null, isLed: boolean) => Pair | null

/** The contribution of a run to a ratio of totals. */
export interface Pair {
  readonly above: number
  readonly below: number
}

/** The texts that every chart metric has. */
export interface ChartText {
  /** As in `<name>-by-nodes`. */
  readonly name: string
  /** Completes "How ...": `available is each algorithm`. */
  readonly question: string
  /** Axis title, with the unit. */
  readonly title: string
  /** A share, shown in per cent from 0 to 100. */
  readonly isShare?: true
  /** More of it is better. */
  readonly isMoreBetter?: true
}
