/** The form of a measure: a number of each run, its summary over runs, and its charts. */
import type { Measured } from "./measured.ts"

/** A number measured in every run. */
export interface Measure {
  /** Column name, its unit last. */
  readonly name: string
  readonly doc: string
  /** The number; NaN or infinite if the run has no value. */
  readonly of: (run: Measured) => number
  /** Its estimator for a cell from its runs; absent: only runs have it. */
  readonly estimate?: Estimation
  /** The measure after which its columns stand in `summary.csv`, if not the previous one in the registry. */
  readonly follows?: string
  /** True if algorithms are compared in it run by run, on common random numbers. */
  readonly isCompared?: true
  /** True if `summary.csv` has its columns only for charts or answers that need them. */
  readonly isOnRequest?: true
  /** True if it counts messages, by the counting rules. */
  readonly isOfMessages?: true
  /** Its form in charts and answers. */
  readonly chart?: ChartText
}

/**
 * The estimator of a metric from runs.
 *
 * - `mean`: over the runs that have it; `share`: the same for a share, 0..1
 * - `mean latency`, `longest latency`, `percentile`: of all operations of all runs
 * - `above` and `below`: the ratio of two measures, both summed over all runs
 * - `pooled`: the ratio of totals over all runs, of each run's contribution
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
 * @param isLed true if times without a leader are known for this run and all that it is compared with
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
  /** True for a share, shown in per cent from 0 to 100. */
  readonly isShare?: true
  /** True if more is better. */
  readonly isMoreBetter?: true
}
