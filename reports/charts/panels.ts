/** Small multiples: what is swept and neither across nor up gets panels of its own. */
import type { Cell, Dimension } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { inHeading } from "../../analysis/words.ts"

export interface Panel {
  readonly row: string
  readonly column: string
}

/**
 * The panel of each cell: the first thing swept that no axis shows goes into columns, all further ones into rows.
 *
 * @param onAxes dimensions that the chart shows on its axes
 */
export function panelsOf(onAxes: readonly Dimension[], plan: Plan): (cell: Cell) => Panel {
  const [column, ...rows] = hiddenDimensions(onAxes, plan)
  return cell => ({
    column: column === undefined ? "" : inHeading(cell, column),
    row: rows.map(dimension => inHeading(cell, dimension)).join(", "),
  })
}

/** Dimensions that take several values and are on no axis. */
function hiddenDimensions(onAxes: readonly Dimension[], plan: Plan): readonly Dimension[] {
  const axes = new Set(onAxes.map(({ name }) => name))
  const ruled = plan.cells.some(({ point }) => point["nodes"]?.rule !== undefined)
  return plan.experiment.dimensions.filter(dimension => {
    const { name } = dimension
    if (name === "nodes" ? axes.has("nodes") && !ruled : axes.has(name)) return false
    // Along the axis of nodes = 2f+1, f moves with n: a panel for each f would hold one point.
    if (name === "f" && ruled && axes.has("nodes")) return false
    return new Set(plan.cells.map(cell => inHeading(cell, dimension))).size > 1
  })
}

/** Headings of panels, in the order in which they come up. */
export function headings(panels: readonly Panel[]): { readonly rows: string[]; readonly columns: string[] } {
  return {
    rows: [...new Set(panels.map(({ row }) => row))],
    columns: [...new Set(panels.map(({ column }) => column))],
  }
}
