/** The interface of a kind of chart: the names that specs use for it, and how it is drawn. */
import type { CellSummary, SummaryPart } from "../../analysis/aggregate.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import type { Picture } from "./frame.ts"

/** The parts that every chart has, resolved for an experiment. */
export interface Named {
  readonly kind: string
  /** As in the spec, and in file names. */
  readonly name: string
  /** `How available is each algorithm as more nodes crash?` */
  readonly title: string
}

export interface ChartKind<Choice extends Named = Named> {
  readonly kind: Choice["kind"]
  /** Its names: `<metric>-by-<axis>`; fixed names are for charts that need nothing swept. */
  readonly forms: readonly string[]
  /** The parts of summaries that it draws in addition to estimates; they are kept only for it. */
  readonly parts?: readonly SummaryPart[]
  /** The number of panels that it has for each point of the sweep; absent if its panels have several points. */
  panelsOfPoint?(plan: Plan): number
  /** The chart of this kind with a name; `undefined` if it has none. */
  choose(name: string, dimensions: readonly Dimension[]): Choice | undefined
  /** Its possible names here in addition to fixed ones, for hints. */
  suggestions?(dimensions: readonly Dimension[]): readonly string[]
  /** @param isForPrint true if everything must be distinguishable without colour */
  draw(choice: Choice, plan: Plan, summaries: readonly CellSummary[], registry: Registry, isForPrint?: boolean): Picture
}

/** Declares a kind of chart. */
export function chartKind<Choice extends Named>(kind: ChartKind<Choice>): ChartKind<Choice> {
  return kind
}
