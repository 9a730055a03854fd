/** The course of runs over time: rate, latency, operations in flight, leader and epoch, with the active faults. */
import { smallest } from "../../analysis/extremes.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Course, OverTime } from "../../analysis/over-time.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Registry } from "../../scenarios/cell.ts"
import { notesOf } from "./captions.ts"
import { encodings } from "./encodings.ts"
import type { Picture } from "./frame.ts"
import { thickness } from "./lines.ts"
import { chartKind, type Named } from "./kind.ts"
import { headings, panelsOf } from "./panels.ts"
import { APART, PLAIN_NUMBERS } from "./scales.ts"

export interface OverTimeChoice extends Named {
  readonly kind: "over-time"
}

export const overTime = chartKind<OverTimeChoice>({
  kind: "over-time",
  forms: ["over-time"],
  parts: ["overTime"],
  panelsOfPoint: () => ROWS.length,
  choose: name =>
    name === "over-time" ? { kind: "over-time", name, title: "What happens over the time of a run?" } : undefined,
  draw: drawOverTime,
})

/** The rows of panels, from top to bottom. */
const ROWS: readonly (readonly [of: keyof Course | "leader", heading: string])[] = [
  ["rate", "Done per second"],
  ["latency", "Median latency (ms)"],
  ["inFlight", "In flight"],
  ["led", "Share with a leader"],
  ["leader", "Leader (node)"],
  ["epoch", "Term or epoch"],
]

const CAPTION =
  "Operations count where they end; those in flight are a mean over each span of time. With a leader: more than half of the nodes " +
  "that are up believe in one that they reach."

const QUANTITATIVE = "quantitative" as const

/** Selects means with none on either side: a line of one point would have no length. */
const ALONE = [
  { filter: "datum.part === 'mean'" },
  {
    window: [
      { op: "lag" as const, field: "value", as: "before" },
      { op: "lead" as const, field: "value", as: "after" },
    ],
    groupby: ["algorithm", "row", "column"],
    sort: [{ field: "x" }],
  },
  { filter: "isValid(datum.value) && !isValid(datum.before) && !isValid(datum.after)" },
]

function drawOverTime(
  { title }: OverTimeChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const panelOf = panelsOf([], plan)
  const all = summaries.flatMap(({ cell, overTime: course }) => {
    if (course === undefined) return []
    const { row, column } = panelOf(cell)
    const where = { algorithm: cell.variant.label, column: [column, row].filter(Boolean).join(", ") }
    return marksOf(course).map(mark => ({ ...mark, ...where }))
  })
  const values = all.filter((mark, place) => !isAmong(mark, all.slice(0, place)))
  const span = smallest(summaries.flatMap(({ overTime: course }) => course?.length ?? []))
  const runs = Math.max(0, ...summaries.map(({ overTime: course }) => course?.runs ?? 0))
  const shown = ROWS.flatMap(([, heading]) => (values.some(({ row }) => row === heading) ? [heading] : []))
  const names = plan.experiment.variants.map(({ label }) => label)
  const { columns } = headings(values.length === 0 ? [{ row: "", column: "" }] : values)
  const hasFaults = values.some(({ part }) => part === "fault")
  const reading = [
    ...(runs > 1 ? [`thick: the mean of ${runs} runs; thin: the first of them`] : []),
    ...(runs === 1 && plan.repeat > 1 ? ["one run"] : []),
    ...(hasFaults ? [`shaded: a fault of ${runs > 1 ? "the first" : "the"} run lasts`] : []),
  ].join("; ")
  const x = {
    field: "x",
    type: QUANTITATIVE,
    title: "Virtual time (s)",
    scale: { zero: false, nice: false },
    axis: { labelExpr: PLAIN_NUMBERS, ...APART, tickCount: 6 },
  }
  const y = {
    field: "value",
    type: QUANTITATIVE,
    title: null,
    scale: { zero: true, nice: true },
    // With more ticks, there would be half a node between two.
    axis: { labelExpr: PLAIN_NUMBERS, tickCount: 2 },
  }
  return {
    title,
    notes: [...notesOf(title, plan, registry, reading)],
    values,
    rows: shown.length === 0 ? [""] : shown,
    columns,
    names,
    caption: CAPTION,
    size: { height: 90, ...(columns.length === 1 ? { width: 440 } : {}) },
    hasOwnScales: true,
    layers: () => {
      const { color, dash } = encodings(plan.experiment.variants, registry, { isForPrint, isOfLines: true })
      const line = (part: string, mark: object, strokeWidth?: ReturnType<typeof thickness>) => ({
        transform: [{ filter: `datum.part === '${part}'` }],
        mark: { type: "line" as const, ...mark },
        encoding: { x, y, color, strokeDash: dash, ...(strokeWidth && { strokeWidth }), tooltip: tooltip() },
      })
      return [
        {
          transform: [{ filter: "datum.part === 'fault'" }],
          mark: { type: "rect" as const, aria: false, color: "#777", fillOpacity: 0.13 },
          encoding: { x, x2: { field: "end" }, tooltip: [{ field: "what", type: "nominal" as const, title: "Fault" }] },
        },
        line("first", { strokeWidth: 0.9, opacity: 0.55 }),
        line("mean", {}, thickness(names, 1.6, 2.5, 1.2)),
        ...(values.some(mark => "value" in mark && mark.value === null)
          ? [
              {
                transform: [...ALONE, { calculate: `datum.x + ${span / 2}`, as: "end" }],
                mark: { type: "rule" as const },
                encoding: {
                  x,
                  x2: { field: "end" },
                  y,
                  color,
                  strokeWidth: thickness(names, 1.6, 2.5, 1.2),
                  tooltip: tooltip(),
                },
              },
            ]
          : []),
        {
          transform: [{ filter: "datum.part === 'leader'" }],
          mark: { type: "rule" as const },
          encoding: { x, x2: { field: "end" }, y, color, strokeWidth: thickness(names, 2.5, 3, 2), tooltip: tooltip() },
        },
      ]
    },
  }
}

/** True for a fault that has struck another algorithm at the same time: overlapping shades would add up. */
function isAmong(mark: Mark, others: readonly Mark[]): boolean {
  if (mark.part !== "fault") return false
  return others.some(
    ({ part, row, column, x, end }) =>
      part === "fault" && row === mark.row && column === mark.column && x === mark.x && end === mark.end,
  )
}

interface Mark {
  readonly part: string
  readonly row: string
  readonly column: string
  readonly x: number
  readonly end?: number
}

/** The marks of a cell's panels: its two lines in each row, who led, and the faults in every row. */
function marksOf({ runs, starts, length, mean, first, leaders, faults }: OverTime) {
  const rows = ROWS.filter(([of]) => (of === "leader" ? leaders.length > 0 : mean[of].some(value => value !== null)))
  return rows.flatMap(([of, row]) => {
    const lasting = faults.map(({ start, end, what }) => ({ part: "fault", row, x: start, end, what }))
    if (of === "leader") {
      const led = leaders.map(({ start, end, node }) => ({ part: "leader", row, x: start, end, value: node }))
      return [...lasting, ...led]
    }
    const points = (part: string, course: Course) =>
      starts.map((start, k) => ({ part, row, x: start + length / 2, value: course[of][k]! }))
    return [...lasting, ...(runs > 1 ? points("first", first) : []), ...points("mean", mean)]
  })
}

function tooltip() {
  return [
    { field: "algorithm", type: "nominal" as const, title: "Algorithm" },
    { field: "x", type: QUANTITATIVE, title: "At (s)", format: ",.4~r" },
    { field: "value", type: QUANTITATIVE, title: "Value", format: ",.4~r" },
  ]
}
