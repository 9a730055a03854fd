import type { Cell, Dimension, Variant } from "../../scenarios/cell.ts"
import type { AlongForm } from "./along-form.ts"
import type { AnswerForm } from "./answer-form.ts"
import type { Expectation } from "./expectation.ts"
import type { PublishedSeries } from "./published.ts"

/** A spec that has been checked: all that its runs, results and charts need, as plain data. */
export interface Experiment {
  /** The spec's file name without extension; results go to `results/<name>/`. */
  readonly name: string
  readonly question: string
  /** The file as the user named it, and what it says. */
  readonly file: string
  readonly text: string
  readonly variants: readonly Variant[]
  readonly dimensions: readonly Dimension[]
  /** Every point of the sweep for every algorithm, in the order of result files. */
  readonly cells: readonly Cell[]
  /** Runs of each cell; with `precision`, or where runs go through all cases of a cell, the most. */
  readonly repeat: number
  /** Present if cells have as many runs as they need to be so precise. */
  readonly precision?: Precision
  readonly seed: number
  /** Present if something is expected to be violated. */
  readonly expect?: Expectation
  /** Names of the charts to draw. */
  readonly charts: readonly string[]
  /** The values of the sweep that are compared with each other; empty if the spec asks for no such comparison. */
  readonly compare: readonly AlongForm[]
  /** The statements that answer the question; empty if the spec has none. */
  readonly answer: readonly AnswerForm[]
  /** Published figures that its own stand beside; empty if the spec names none. */
  readonly published: readonly PublishedSeries[]
  /** Absolute paths of the modules from outside that its algorithms come from. */
  readonly outside: readonly string[]
}

/** When a cell has runs enough. */
export interface Precision {
  /** The largest half-width of the interval: a share of the estimate, or, of metrics that are shares, the half-width itself. */
  readonly until: number
  /** The metric, by the name that charts give it. */
  readonly of: string
  /** Runs before the first judgement; the most are the plan's `repeat`. */
  readonly min: number
}
