/** A chart as a Vega-Lite specification. */
import type { TopLevelSpec } from "vega-lite"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { drawDistribution } from "./distributions.ts"
import { frame, type Picture } from "./frame.ts"
import { drawHeatMap } from "./heat-map.ts"
import { drawLines } from "./lines.ts"
import { drawMessageTypes } from "./message-types.ts"
import type { ChartChoice } from "./registry.ts"
import { drawTimeline } from "./timeline.ts"

/** Draws a chart of an experiment's summaries. */
export function drawChart(
  choice: ChartChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): TopLevelSpec {
  return frame(pictureOf(choice, plan, summaries, registry), plan)
}

function pictureOf(choice: ChartChoice, plan: Plan, summaries: readonly CellSummary[], registry: Registry): Picture {
  switch (choice.kind) {
    case "lines":
      return drawLines(choice, plan, summaries, registry)
    case "heat-map":
      return drawHeatMap(choice, plan, summaries, registry)
    case "message-types":
      return drawMessageTypes(choice, plan, summaries)
    case "ecdf":
      return drawDistribution(choice, plan, summaries, registry)
    case "timeline":
      return drawTimeline(choice, plan, summaries, registry)
  }
}
