/** A chart as a picture, and as a Vega-Lite specification. */
import type { TopLevelSpec } from "vega-lite"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { NO_VALUE } from "./captions.ts"
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
  if (perPoint === undefined)
    return withUntold(withFewerPanels(kind.draw(choice, plan, summaries, registry, isForPrint)), plan)
  const { isShown, notes } = pointsShown(plan, perPoint)
  const shown = summaries.filter(({ cell }) => isShown(cell))
  const picture = kind.draw(choice, plan, shown, registry, isForPrint)
  return withUntold({ ...picture, notes: [...picture.notes, ...notes] }, plan)
}

/** Notes what the panels do not say: that nothing is drawn, or the heading of the only row or column, which has none. */
function withUntold(picture: Picture, { experiment: { variants } }: Plan): Picture {
  const { rows, columns, values, notes } = picture
  const only = [columns, rows].flatMap(headings => (headings.length === 1 ? headings : []))
  const untold = only.filter(heading => heading !== "" && (variants.length > 1 || heading !== variants[0]?.label))
  return {
    ...picture,
    notes: [
      ...notes,
      ...(values.length === 0 && !notes.includes(NO_VALUE) ? [NO_VALUE] : []),
      ...(untold.length === 0 ? [] : [`Shown: ${untold.join(", ")}.`]),
    ],
  }
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
