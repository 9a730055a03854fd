import type { Cell, Dimension, Variant } from "../../scenarios/cell.ts"
import type { AlongForm } from "./along-form.ts"
import type { AnswerForm } from "./answer-form.ts"
import type { Expectation } from "./expectation.ts"
import type { PublishedSeries } from "./published.ts"

/** A checked spec: all that its runs, results and charts need, as plain data. */
export interface Experiment {
  /** The spec's file name without extension; results go to `results/<name>/`. */
  readonly name: string
  readonly question: string
  /** The file as the user named it, and its text. */
  readonly file: string
  readonly text: string
  readonly variants: readonly Variant[]
  readonly dimensions: readonly Dimension[]
  /** Every point of the sweep for every algorithm, in the order of result files. */
  readonly cells: readonly Cell[]
  /** Runs of each cell; the maximum if there is a `precision`, or if runs go through all cases of a cell. */
  readonly repeat: number
  /** Present if cells are extended until they are this precise. */
  readonly precision?: Precision
  readonly seed: number
  /** Present if something is expected to be violated. */
  readonly expect?: Expectation
  /** Names of the charts to draw. */
  readonly charts: readonly string[]
  /** The values of the sweep to compare with each other; empty if the spec asks for no comparison. */
  readonly compare: readonly AlongForm[]
  /** The statements that answer the question; empty if the spec has none. */
  readonly answer: readonly AnswerForm[]
  /** Published figures to compare with those of the experiment; empty if the spec names none. */
  readonly published: readonly PublishedSeries[]
  /** Absolute paths of the outside modules that its algorithms come from. */
  readonly outside: readonly string[]
}

/** The condition under which a cell has enough runs. */
export interface Precision {
  /** The largest half-width of the interval: a share of the estimate, or, for metrics that are shares, the half-width itself. */
  readonly until: number
  /** The metric, by its name in charts. */
  readonly of: string
  /** Runs before precision is first judged; the maximum is the plan's `repeat`. */
  readonly min: number
}
