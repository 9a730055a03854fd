/** A chart as a Vega-Lite specification. */
import type { TopLevelSpec } from "vega-lite"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { fit, type FittedChart, type Theme } from "./fitting.ts"
import { frame, type Picture } from "./frame.ts"
import type { ChartKind } from "./kind.ts"
import { CHART_KINDS, type ChartChoice } from "./registry.ts"

/** Draws a chart of an experiment's summaries `width` centimetres wide, as a theme has it. */
export async function fitChart(
  choice: ChartChoice,
  {
    plan,
    cells,
    registry,
  }: { readonly plan: Plan; readonly cells: readonly CellSummary[]; readonly registry: Registry },
  theme: Theme,
  width: number,
): Promise<FittedChart & { readonly picture: Picture }> {
  const picture = kindOf(choice).draw(choice, plan, cells, registry, theme.isForPrint)
  return { picture, ...(await fit(picture, plan, theme, width)) }
}

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
