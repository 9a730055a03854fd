/** The form of a kind of chart: by which names a spec asks for it, and how it is drawn. */
import type { CellSummary, SummaryPart } from "../../analysis/aggregate.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import type { Picture } from "./frame.ts"

/** The parts that every chart has, made definite for an experiment. */
export interface Named {
  readonly kind: string
  /** As in the spec, and in file names. */
  readonly name: string
  /** `How available is each algorithm as more nodes crash?` */
  readonly title: string
}

export interface ChartKind<Choice extends Named = Named> {
  readonly kind: Choice["kind"]
  /** Its names: `<metric>-by-<axis>`; whole names are of charts that need nothing swept. */
  readonly forms: readonly string[]
  /** The parts of summaries that it draws beside estimates, which are kept for it alone. */
  readonly parts?: readonly SummaryPart[]
  /** The chart of this kind that a name means; `undefined` if it means none. */
  choose(name: string, dimensions: readonly Dimension[]): Choice | undefined
  /** Names that it could have here, beside whole ones: for hints. */
  suggestions?(dimensions: readonly Dimension[]): readonly string[]
  /** @param isForPrint what is told apart by colour elsewhere is told apart without, too */
  draw(choice: Choice, plan: Plan, summaries: readonly CellSummary[], registry: Registry, isForPrint?: boolean): Picture
}

/** Declares a kind of chart. */
export function chartKind<Choice extends Named>(kind: ChartKind<Choice>): ChartKind<Choice> {
  return kind
}
