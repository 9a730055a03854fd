/** A chart as a Vega-Lite specification. */
import type { TopLevelSpec } from "vega-lite"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { frame } from "./frame.ts"
import type { ChartKind } from "./kind.ts"
import { CHART_KINDS, type ChartChoice } from "./registry.ts"

/** Draws a chart of an experiment's summaries. */
export function drawChart(
  choice: ChartChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): TopLevelSpec {
  return frame(kindOf(choice).draw(choice, plan, summaries, registry), plan)
}

function kindOf({ kind }: ChartChoice): ChartKind {
  return CHART_KINDS.find(candidate => candidate.kind === kind)!
}
