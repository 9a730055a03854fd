/** Distributions of times: empirical distribution functions, of recovery times or of latencies. */
import { largest, smallest } from "../../analysis/extremes.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import { hasIntervals, type Plan } from "../../experiments/model/plan.ts"
import { notesOf } from "./captions.ts"
import { type Picture, titleLines } from "./frame.ts"
import { encodings } from "./encodings.ts"
import { deadlineNote, deadlineRule } from "./lines.ts"
import { headings, panelsOf } from "./panels.ts"
import { chartKind, type Named } from "./kind.ts"
import { publishedMarks, publishedNotes, publishedOf } from "./published.ts"
import { APART, decadesIn, PLAIN_NUMBERS } from "./scales.ts"

/** A step of the distribution function: the share from `x` on. */
interface Step {
  readonly x: number
  readonly share: number
  readonly low: number | null
  readonly high: number | null
}

const CAPTIONS = {
  recovery:
    "All outages of all runs of a point together; of one that the run's end cut off it is known only that it was longer " +
    "(Kaplan and Meier's estimate).",
  latency: "All operations of all runs of a point together; those that failed are longer than their deadline.",
} as const

const TITLES = {
  recovery: { x: "Time out of service (ms)", y: "Share of outages repaired by then" },
  latency: { x: "Latency (ms)", y: "Share of operations answered by then" },
} as const

/** The empirical distribution of times. */
export interface DistributionChoice extends Named {
  readonly kind: "ecdf"
  readonly of: "recovery" | "latency"
}

export const distributions = chartKind<DistributionChoice>({
  kind: "ecdf",
  forms: ["recovery-ecdf", "latency-ecdf"],
  parts: ["recoveryCurve", "latencyCurve"],
  panelsOfPoint: () => 1,
  choose: name => {
    if (name === "recovery-ecdf")
      return { kind: "ecdf", name, of: "recovery", title: "How fast does the service recover?" }
    return name === "latency-ecdf"
      ? { kind: "ecdf", name, of: "latency", title: "How long do operations take?" }
      : undefined
  },
  draw: drawDistribution,
})

function drawDistribution(
  choice: DistributionChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const panelOf = panelsOf([], plan)
  const beside = publishedOf(plan, summaries, choice.of, true)
  const ownOnly = beside.length === 0 ? [] : [{ filter: "!isValid(datum.published)" }]
  const values = summaries.flatMap((summary, step) => {
    const steps = choice.of === "recovery" ? summary.recoveryCurve : summary.latencyCurve
    const { cell, deadlineMs: deadline } = summary
    const point = { step, deadline, algorithm: cell.variant.label, ...panelOf(cell) }
    const known = beside
      .filter(other => other.cell === cell)
      .map(({ series, published, deviation }) => ({
        x: published,
        share: series.share!,
        low: null,
        high: null,
        published: series.source,
        deviation,
        ...point,
      }))
    return [...steps.map((share: Step) => ({ ...share, ...point })), ...known]
  })
  const titles = TITLES[choice.of]
  const furthest = Math.max(0, largest(values.map(({ x }) => x)))
  const deadlines = choice.of === "latency" ? deadlinesWithin(summaries, furthest * 1.5) : []
  const positive = values.map(({ x }) => x).filter(x => x > 0)
  const isWide = largest(positive) / smallest(positive) > 30
  const least = isWide ? smallest(positive) : 0
  // Where nothing was repaired, all that is known is one point at 0 %: a line of no length.
  const beginnings = [...Map.groupBy(values, ({ step }) => step).values()].flatMap(([first, ...others]) => {
    const isPoint = first !== undefined && [first, ...others].every(({ x: at, share }) => at === first.x && share === 0)
    return isPoint && first.x > least ? [{ ...first, x: least }] : []
  })
  const x = {
    field: "x",
    type: "quantitative" as const,
    title: titles.x,
    scale: isWide ? { type: "log" as const, nice: false } : { zero: choice.of === "recovery", nice: true },
    axis: {
      labelExpr: PLAIN_NUMBERS,
      ...APART,
      ...(isWide ? { values: decadesIn(smallest(positive), largest(positive)) } : { tickCount: 5 }),
    },
  }
  return {
    title: choice.title,
    notes: [
      ...notesOf(choice.title, plan, registry, readingOf(choice, plan)),
      ...deadlineNote(deadlines),
      ...publishedNotes(beside),
    ],
    values: [...beginnings, ...(isWide ? values.filter(value => value.x > 0) : values)],
    ...headings(values.length === 0 ? [{ row: "", column: "" }] : values),
    names: plan.experiment.variants.map(({ label }) => label),
    caption: CAPTIONS[choice.of],
    layers: ({ height }) => {
      const { color, dash } = encodings(plan.experiment.variants, registry, { isForPrint, isOfLines: true })
      const y = (field: "share" | "low") => ({
        field,
        type: "quantitative" as const,
        title: titleLines(titles.y, height),
        scale: { domain: [0, 1] },
        axis: { format: ".0%" },
      })
      return [
        {
          transform: [{ filter: "datum.low !== null" }],
          mark: { type: "area", interpolate: "step-after", fillOpacity: 0.16 },
          encoding: { x, y: y("low"), y2: { field: "high" }, color },
        },
        {
          ...(ownOnly.length === 0 ? {} : { transform: ownOnly }),
          mark: { type: "line", interpolate: "step-after", strokeWidth: 1.8 },
          encoding: {
            x,
            y: y("share"),
            color,
            strokeDash: dash,
            tooltip: [
              { field: "algorithm", type: "nominal", title: "Algorithm" },
              { field: "x", type: "quantitative", title: titles.x, format: ",.4~r" },
              { field: "share", type: "quantitative", title: titles.y, format: ".1%" },
            ],
          },
        },
        ...(deadlines.length > 0 ? [deadlineRule("x", x, deadlines)] : []),
        ...(beside.length > 0
          ? [
              publishedMarks({ x, y: y("share") }, "isValid(datum.published)", [
                { field: "published", type: "nominal", title: "Published" },
                { field: "x", type: "quantitative", title: titles.x, format: ",.4~r" },
                { field: "share", type: "quantitative", title: titles.y, format: ".1%" },
                { field: "deviation", type: "quantitative", title: "Here", format: "+.1%" },
              ]),
            ]
          : []),
      ]
    },
  }
}

/** The deadlines up to a latency; later ones are out of view. */
function deadlinesWithin(summaries: readonly CellSummary[], most: number): readonly number[] {
  return [...new Set(summaries.flatMap(({ deadlineMs }) => deadlineMs ?? []))].filter(deadline => deadline <= most)
}

function readingOf({ of }: DistributionChoice, plan: Plan): string {
  return of === "latency" || !hasIntervals(plan) ? "" : "bands: 95 % confidence"
}
