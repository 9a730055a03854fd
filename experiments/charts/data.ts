/** The numbers behind a chart: one point for each algorithm and value across, in the panel of all else that is swept. */
import type { CellSummary } from "../aggregate.ts"
import type { Cell, Dimension, Registry } from "../cell.ts"
import type { Plan } from "../plan.ts"
import type { ChartChoice } from "./registry.ts"
import { predict } from "./theory.ts"

export interface ChartPoint {
  readonly x: number | string
  readonly algorithm: string
  /** The estimate and its interval; null where the runs say nothing. */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly runs: number
  /** What theory says, where it says something. */
  readonly theory: number | null
  /** The panel. */
  readonly row: string
  readonly column: string
}

export interface ChartData {
  readonly points: readonly ChartPoint[]
  /** Values across, in the order of the sweep. */
  readonly xs: readonly (number | string)[]
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly algorithms: readonly string[]
  /** The formulas drawn, with the algorithms they are about. */
  readonly theories: readonly string[]
}

export function chartData(
  choice: ChartChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): ChartData {
  const panels = panelsOf(choice, plan)
  const drawn: { readonly formula: string; readonly label: string; readonly x: number | string }[] = []
  const all = summaries.map((summary): ChartPoint => {
    const { cell } = summary
    const estimate = summary.metrics[choice.metric.metric]
    const theory = predict(choice.metric.metric, cell, registry.algorithms[cell.variant.algorithm]!)
    const x = xOf(cell, choice.across)
    if (theory !== undefined) drawn.push({ formula: theory.formula, label: cell.variant.label, x })
    return {
      x,
      algorithm: cell.variant.label,
      value: estimate?.value ?? null,
      low: estimate?.low ?? null,
      high: estimate?.high ?? null,
      runs: estimate?.runs ?? 0,
      theory: theory?.value ?? null,
      ...panels(cell),
    }
  })
  // A panel in which nothing was measured says nothing.
  const measured = new Set(all.flatMap(({ value, row, column }) => (value === null ? [] : [`${row}\n${column}`])))
  const points = all.filter(({ row, column }) => measured.size === 0 || measured.has(`${row}\n${column}`))
  const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]
  const xs = distinct(points.map(({ x }) => x))
  return {
    points,
    xs: xs.every(x => typeof x === "number") ? xs.toSorted((a, b) => a - b) : xs,
    rows: distinct(points.map(({ row }) => row)),
    columns: distinct(points.map(({ column }) => column)),
    algorithms: plan.experiment.variants.map(({ label }) => label),
    theories: captionsOf(drawn),
  }
}

/** The formulas with whom they are about; a formula that holds at one value across only makes no line. */
function captionsOf(
  drawn: readonly { readonly formula: string; readonly label: string; readonly x: number | string }[],
) {
  const lines = drawn.filter(({ formula, x }) => drawn.some(other => other.formula === formula && other.x !== x))
  return [...new Set(lines.map(({ formula }) => formula))].map(formula => {
    const labels = new Set(lines.filter(line => line.formula === formula).map(({ label }) => label))
    return `${formula} (${[...labels].join(" · ")})`
  })
}

function xOf(cell: Cell, { name }: Dimension): number | string {
  return name === "nodes" ? cell.scenario.nodes : (cell.point[name]?.value ?? "")
}

/** Small multiples: the first other thing that is swept goes into columns, all further ones into rows. */
function panelsOf(
  { across }: ChartChoice,
  plan: Plan,
): (cell: Cell) => { readonly row: string; readonly column: string } {
  const ruled = plan.cells.some(({ point }) => point["nodes"]?.rule !== undefined)
  const others = plan.experiment.dimensions.filter(({ name }) => {
    if (name === "nodes") return ruled || across.name !== "nodes"
    // Along the axis of nodes = 2f+1, f moves with n: a panel for each f would hold one point.
    if (name === "f" && ruled && across.name === "nodes") return false
    return name !== across.name && new Set(plan.cells.map(({ point }) => point[name]?.text)).size > 1
  })
  const [column, ...rows] = others.filter(({ name }) => new Set(plan.cells.map(cell => panelText(cell, name))).size > 1)
  return cell => ({
    column: column === undefined ? "" : panelText(cell, column.name),
    row: rows.map(({ name }) => panelText(cell, name)).join(", "),
  })
}

function panelText({ point }: Cell, name: string): string {
  const coordinate = point[name]
  const value = coordinate?.rule ?? coordinate?.text
  return name === "nodes" ? `n = ${value}` : `${name.replace(/^.*\./, "")} = ${value}`
}
