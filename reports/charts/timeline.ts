/** The outages of each run: a line per run, a column per algorithm, with the start times of faults. */
import { type CellSummary, PICTURED_RUNS } from "../../analysis/aggregate.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { availabilityCaption, notesOf } from "./captions.ts"
import type { Picture } from "./frame.ts"
import { encodings } from "./encodings.ts"
import { headings, heightBeside, panelsByVariant, panelsOf } from "./panels.ts"
import { chartKind, type Named } from "./kind.ts"
import { APART } from "./scales.ts"

/** Pixels of height for each. */
const LINE = 7

/** Outages over time, a line a run. */
export interface TimelineChoice extends Named {
  readonly kind: "timeline"
}

export const timeline = chartKind<TimelineChoice>({
  kind: "timeline",
  forms: ["outage-timeline"],
  parts: ["windows"],
  panelsOfPoint: panelsByVariant,
  choose: name =>
    name === "outage-timeline" ? { kind: "timeline", name, title: "When is the service out?" } : undefined,
  draw: drawTimeline,
})

function drawTimeline(
  { title }: TimelineChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): Picture {
  const panelOf = panelsOf([], plan)
  const shown = Math.min(plan.repeat, PICTURED_RUNS)
  const values = summaries.flatMap(({ cell, windows, runs }, step) => {
    const { row, column } = panelOf(cell)
    const panel = {
      step,
      algorithm: cell.variant.label,
      column: cell.variant.label,
      row: [column, row].filter(Boolean).join(", "),
    }
    const { warmup, duration, faults } = cell.scenario
    const spans = faults.filter(({ at, schedule }) => schedule === undefined && at < duration)
    const measured = Array.from({ length: Math.min(runs, shown) }, (_, run) => ({
      ...panel,
      part: "measured",
      run: run + 1,
      start: warmup / SECOND,
      end: duration / SECOND,
    }))
    const struck = spans.map(({ at, for: lasts }) => ({
      ...panel,
      part: "fault",
      start: at / SECOND,
      end: Math.min(duration, lasts === undefined ? duration : at + lasts) / SECOND,
    }))
    const out = windows.map(({ run, start, end, cause }) => ({
      ...panel,
      part: "out",
      run,
      start: start / SECOND,
      end: end / SECOND,
      ms: (end - start) / MILLISECOND,
      cause: cause === "" ? "no fault shortly before" : cause,
    }))
    return [...measured, ...struck, ...out]
  })
  const { rows, columns } = headings(values)
  const hasFaults = values.some(({ part }) => part === "fault")
  const first = plan.repeat > PICTURED_RUNS ? `, the first ${PICTURED_RUNS} shown` : ""
  const x = {
    field: "start",
    type: "quantitative" as const,
    title: "Virtual time (s)",
    scale: { zero: false, nice: false },
    axis: APART,
  }
  const y = {
    field: "run",
    type: "ordinal" as const,
    title: "Run",
    axis: { labelOverlap: true, ticks: false, values: [1, ...tens(shown)] },
    scale: { paddingInner: 0.25 },
  }
  return {
    title,
    notes: [
      ...notesOf(
        title,
        plan,
        registry,
        `a line a run${first}; coloured: out of service${hasFaults ? "; dashed and shaded: a fault strikes and lasts" : ""}`,
      ),
    ],
    values,
    rows,
    columns,
    names: plan.experiment.variants.map(({ label }) => label),
    caption: availabilityCaption(plan, registry),
    size: { height: heightBeside(rows, Math.max(60, shown * LINE)) },
    layers: () => {
      const { color } = encodings(plan.experiment.variants, registry)
      return [
        {
          transform: [{ filter: "datum.part === 'measured'" }],
          mark: { type: "bar", aria: false, color: "#ececec", height: { band: 1 } },
          encoding: { x, x2: { field: "end" }, y },
        },
        {
          transform: [{ filter: "datum.part === 'fault'" }],
          mark: { type: "rect", aria: false, color: "#777", fillOpacity: 0.12 },
          encoding: { x, x2: { field: "end" } },
        },
        {
          transform: [{ filter: "datum.part === 'fault'" }],
          mark: { type: "rule", aria: false, color: "#777", strokeWidth: 1, strokeDash: [2, 2] },
          encoding: { x },
        },
        {
          transform: [{ filter: "datum.part === 'out'" }],
          mark: { type: "bar", height: { band: 1 } },
          encoding: {
            x,
            x2: { field: "end" },
            y,
            color,
            tooltip: [
              { field: "algorithm", type: "nominal", title: "Algorithm" },
              { field: "run", type: "ordinal", title: "Run" },
              { field: "start", type: "quantitative", title: "Out from (s)" },
              { field: "ms", type: "quantitative", title: "For (ms)" },
              { field: "cause", type: "nominal", title: "After" },
            ],
          },
        },
      ]
    },
  }
}

function tens(most: number): number[] {
  return Array.from({ length: Math.floor(most / 10) }, (_, k) => 10 * (k + 1))
}
