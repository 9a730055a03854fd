/** A chart as a picture, and as a Vega-Lite specification. */
import type { TopLevelSpec } from "vega-lite"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { frame, type Picture } from "./frame.ts"
import { pointsShown, withFewerPanels } from "./panels.ts"
import { CHART_KINDS, type ChartChoice } from "./registry.ts"

/**
 * The picture of a chart of an experiment's summaries, not yet sized.
 *
 * @param isForPrint true if variants must be distinguishable without colour
 */
export function pictureOf(
  choice: ChartChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const kind = CHART_KINDS.find(candidate => candidate.kind === choice.kind)!
  const perPoint = kind.panelsOfPoint?.(plan)
  if (perPoint === undefined) return withFewerPanels(kind.draw(choice, plan, summaries, registry, isForPrint))
  const { isShown, notes } = pointsShown(plan, perPoint)
  const shown = summaries.filter(({ cell }) => isShown(cell))
  const picture = kind.draw(choice, plan, shown, registry, isForPrint)
  return { ...picture, notes: [...picture.notes, ...notes] }
}

/** Draws a chart of an experiment's summaries. */
export function drawChart(
  choice: ChartChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): TopLevelSpec {
  return frame(pictureOf(choice, plan, summaries, registry), plan)
}
