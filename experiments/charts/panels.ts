/** Small multiples: what is swept and neither across nor up gets panels of its own. */
import type { Cell, Dimension } from "../cell.ts"
import type { Plan } from "../plan.ts"

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
    column: column === undefined ? "" : panelText(cell, column.name),
    row: rows.map(({ name }) => panelText(cell, name)).join(", "),
  })
}

/** Dimensions that take several values and are on no axis. */
function hiddenDimensions(onAxes: readonly Dimension[], plan: Plan): readonly Dimension[] {
  const axes = new Set(onAxes.map(({ name }) => name))
  const ruled = plan.cells.some(({ point }) => point["nodes"]?.rule !== undefined)
  return plan.experiment.dimensions.filter(({ name }) => {
    if (name === "nodes" ? axes.has("nodes") && !ruled : axes.has(name)) return false
    // Along the axis of nodes = 2f+1, f moves with n: a panel for each f would hold one point.
    if (name === "f" && ruled && axes.has("nodes")) return false
    return new Set(plan.cells.map(cell => panelText(cell, name))).size > 1
  })
}

function panelText({ point }: Cell, name: string): string {
  const coordinate = point[name]
  const value = coordinate?.rule ?? coordinate?.text
  return name === "nodes" ? `n = ${value}` : `${name.replace(/^.*\./, "")} = ${value}`
}

/** Headings of panels, in the order in which they come up. */
export function headings(panels: readonly Panel[]): { readonly rows: string[]; readonly columns: string[] } {
  return {
    rows: [...new Set(panels.map(({ row }) => row))],
    columns: [...new Set(panels.map(({ column }) => column))],
  }
}
