/** Small multiples: swept dimensions on neither axis become panels. */
import type { Cell, Dimension } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { inHeading } from "../../analysis/words.ts"
import type { Picture } from "./frame.ts"
import { evenly, EVENLY } from "./sampling.ts"

export interface Panel {
  readonly row: string
  readonly column: string
}

/**
 * The panel of each cell: the first swept dimension that is not on an axis forms columns, all further ones rows.
 *
 * @param onAxes dimensions on the chart's axes
 */
export function panelsOf(onAxes: readonly Dimension[], plan: Plan): (cell: Cell) => Panel {
  const [column, ...rows] = hiddenDimensions(onAxes, plan)
  return cell => ({
    column: column === undefined ? "" : inHeading(cell, column),
    row: rows.map(dimension => inHeading(cell, dimension)).join(", "),
  })
}

/** Dimensions with several values that are not on an axis. */
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

/** The maximum number of panels that are all drawn. More are unreadable, and slow pages down by seconds. */
const MAX_PANELS = 24

/** Panels of a chart that would have more: a sample that fits on a screen. */
const SAMPLED_PANELS = 12

/** The maximum number of panels side by side if there are several rows. */
const MAX_ACROSS = 6

/** A picture with too many panels reduced to some, evenly spaced in the sweep. */
export function withFewerPanels(picture: Picture): Picture {
  const { rows, columns, values, notes } = picture
  if (rows.length * columns.length <= MAX_PANELS) return picture
  const { isKept, ...kept } = sample({ rows, columns }, SAMPLED_PANELS)
  const [left, all] = [kept.rows.length * kept.columns.length, rows.length * columns.length]
  const note = `${left} of ${all} panels, ${EVENLY}`
  return { ...picture, ...kept, values: values.filter(isKept), notes: [...notes, note] }
}

/** The points of a sweep that are shown by a chart with panels for each. */
export interface PointsShown {
  readonly isShown: (cell: Cell) => boolean
  /** Says how many of them are shown, if not all. */
  readonly notes: readonly string[]
}

/**
 * The points of a sweep that a chart shows if it has panels for each of them: some, evenly spaced, if all would be too many.
 *
 * @param perPoint the number of its panels for each point
 */
export function pointsShown(plan: Plan, perPoint: number): PointsShown {
  const panelOf = panelsOf([], plan)
  const panels = plan.cells.map(panelOf)
  const nameOf = ({ row, column }: Panel): string => `${column}, ${row}`
  const points = new Set(panels.map(nameOf)).size
  if (points * perPoint <= MAX_PANELS) return { isShown: () => true, notes: [] }
  const most = perPoint === 1 ? SAMPLED_PANELS : Math.max(1, Math.floor(MAX_PANELS / perPoint))
  const { isKept } = sample(headings(panels), most)
  const shown = new Set(panels.filter(isKept).map(nameOf)).size
  return { isShown: cell => isKept(panelOf(cell)), notes: [`${shown} of ${points} points of the sweep, ${EVENLY}`] }
}

/** The panels of a point where each algorithm has one. */
export function panelsByVariant({ experiment }: Plan): number {
  return experiment.variants.length
}

/** At most about `most` panels of a grid, evenly spaced. */
function sample({ rows, columns }: Pick<Picture, "rows" | "columns">, most: number) {
  const across = rows.length === 1 ? most : Math.max(Math.min(MAX_ACROSS, most), Math.floor(most / rows.length))
  const kept = {
    columns: evenly(columns, across),
    rows: evenly(rows, Math.max(1, Math.floor(most / Math.min(across, columns.length)))),
  }
  const [inRows, inColumns] = [new Set(kept.rows), new Set(kept.columns)]
  const isKept = (value: object): boolean => {
    const { row = "", column = "" }: Partial<Panel> = value
    return inRows.has(row) && inColumns.has(column)
  }
  return { ...kept, isKept }
}

/** Pixels of a letter in a heading, which stands beside its row. */
const LETTER = 6.5

/** The height of panels from which the headings beside their rows do not overlap. @param least what else they need */
export function heightBeside(rows: readonly string[], least: number): number {
  return Math.max(least, ...(rows.length > 1 ? rows.map(heading => heading.length * LETTER) : []))
}

/** Distinct headings of panels, in order of appearance. */
export function headings(panels: readonly Panel[]): { readonly rows: string[]; readonly columns: string[] } {
  return {
    rows: [...new Set(panels.map(({ row }) => row))],
    columns: [...new Set(panels.map(({ column }) => column))],
  }
}
