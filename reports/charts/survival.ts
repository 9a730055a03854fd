/** Reliability and maintainability over time: R(t), with theory where a closed form exists, and M(t). */
import { smallest } from "../../analysis/extremes.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import { hasIntervals, type Plan } from "../../experiments/model/plan.ts"
import { notesOf } from "./captions.ts"
import { type Picture, titleLines } from "./frame.ts"
import { encodings, THEORY, THEORY_DASH, THEORY_GREY, THEORY_NOTE } from "./encodings.ts"
import { headings, panelsOf } from "./panels.ts"
import { chartKind, type Named } from "./kind.ts"
import { APART, PLAIN_NUMBERS } from "./scales.ts"
import { reliabilityOf } from "./theory.ts"

export interface SurvivalChoice extends Named {
  readonly kind: "survival"
  readonly of: "reliability" | "maintainability"
}

const TEXTS = {
  reliability: {
    title: "How long until the service is first out?",
    x: "Time since the beginning (s)",
    y: "Share of runs without an outage until then",
    caption:
      "R(t), Kaplan and Meier's estimate over runs: those without an outage end without being counted as one. An outage is one " +
      "of the service, from the first operation that does not succeed to the next success.",
  },
  maintainability: {
    title: "How long is the service out each time?",
    x: "Time since the service was out (s)",
    y: "Share of outages over by then",
    caption:
      "M(t), of all outages of all runs of a point together; of one that the run's end cut off it is known only that it was " +
      "longer (Kaplan and Meier's estimate).",
  },
} as const

export const survival = chartKind<SurvivalChoice>({
  kind: "survival",
  forms: ["reliability-over-time", "maintainability-over-time"],
  parts: ["reliability", "maintainability"],
  panelsOfPoint: () => 1,
  choose: name => {
    const of = (["reliability", "maintainability"] as const).find(one => name === `${one}-over-time`)
    return of && { kind: "survival", name, of, title: TEXTS[of].title }
  },
  draw: drawSurvival,
})

/** A point of a line: measured, or of theory. */
interface SurvivalPoint {
  /** Seconds. */
  readonly x: number
  readonly share: number | null
  readonly low: number | null
  readonly high: number | null
  readonly theory: number | null
}

/** Points of a line of theory. */
const THEORY_POINTS = 80

function drawSurvival(
  { of, title }: SurvivalChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const panelOf = panelsOf([], plan)
  const { x: xTitle, y: yTitle, caption } = TEXTS[of]
  const formulas = new Map<string, Set<string>>()
  const values = summaries.flatMap(summary => {
    const { cell, dependability } = summary
    const theory = of === "reliability" ? reliabilityOf(cell, registry.algorithms[cell.variant.algorithm]!) : undefined
    if (theory !== undefined && dependability[of].length > 0) {
      const labels = formulas.get(theory.formula) ?? new Set()
      formulas.set(theory.formula, labels.add(cell.variant.label))
    }
    const end = (cell.scenario.duration - cell.scenario.warmup) / 1e6
    const points = [
      ...measuredPoints(dependability[of], of === "reliability" ? end : undefined),
      ...(theory === undefined || dependability[of].length === 0 ? [] : theoryPoints(theory.at, end)),
    ]
    return points.map(point => ({ ...point, algorithm: cell.variant.label, ...panelOf(cell) }))
  })
  const hasTheory = formulas.size > 0
  const names = plan.experiment.variants.map(({ label }) => label)
  const lowest = smallest(values.flatMap(({ share, low, theory }) => [share, low, theory].filter(v => v !== null)))
  const from = of === "reliability" && lowest >= 0.7 ? Math.floor(lowest * 20) / 20 : 0
  return {
    title,
    notes: [
      ...notesOf(title, plan, registry, hasIntervals(plan) ? "bands: 95 % confidence" : ""),
      ...(hasTheory ? [`${THEORY_NOTE}: ${theoryInWords(formulas)}.`] : []),
    ],
    values,
    ...headings(values.length === 0 ? [{ row: "", column: "" }] : values),
    names: hasTheory ? [...names, THEORY] : names,
    caption,
    layers: ({ width, height }) => {
      const { color, dash } = encodings(plan.experiment.variants, registry, { hasTheory, isForPrint, isOfLines: true })
      const quantitative = "quantitative" as const
      const x = {
        field: "x",
        type: quantitative,
        title: titleLines(xTitle, width),
        scale: { zero: true, nice: false },
        axis: { labelExpr: PLAIN_NUMBERS, ...APART, tickCount: 5 },
      }
      const y = (field: "share" | "low" | "theory") => ({
        field,
        type: quantitative,
        title: titleLines(yTitle, height),
        scale: { domain: [from, 1] },
        axis: { format: ".4~%", tickCount: 6 },
      })
      return [
        {
          transform: [{ filter: "datum.low !== null && datum.high !== null" }],
          mark: { type: "area", interpolate: "step-after", fillOpacity: 0.16 },
          encoding: { x, y: y("low"), y2: { field: "high" }, color },
        },
        {
          transform: [{ filter: "datum.share !== null" }],
          mark: { type: "line", interpolate: "step-after", strokeWidth: 1.8 },
          encoding: {
            x,
            y: y("share"),
            color,
            strokeDash: dash,
            tooltip: [
              { field: "algorithm", type: "nominal", title: "Algorithm" },
              { field: "x", type: quantitative, title: xTitle, format: ",.4~r" },
              { field: "share", type: quantitative, title: yTitle, format: ".2~%" },
              { field: "low", type: quantitative, title: "95 % from", format: ".2~%" },
              { field: "high", type: quantitative, title: "95 % to", format: ".2~%" },
            ],
          },
        },
        ...(hasTheory
          ? [
              {
                name: "theory",
                transform: [{ filter: "datum.theory !== null" }],
                mark: { type: "line" as const, strokeDash: [...THEORY_DASH], strokeWidth: 1.4, color: THEORY_GREY },
                encoding: { x, y: y("theory"), detail: { field: "algorithm", type: "nominal" as const } },
              },
            ]
          : []),
      ]
    },
  }
}

/** The formulas with their algorithms. */
function theoryInWords(formulas: ReadonlyMap<string, ReadonlySet<string>>): string {
  return [...formulas].map(([formula, labels]) => `${formula} (${[...labels].join(" · ")})`).join("; ")
}

/** The steps in seconds; the last extends to the end, if there is one. */
function measuredPoints(steps: CellSummary["dependability"]["maintainability"], end: number | undefined) {
  const points = steps.map(
    ({ x, share, low, high }): SurvivalPoint => ({ x: x / 1_000, share, low, high, theory: null }),
  )
  const last = points.at(-1)
  // Where nothing was repaired, all that is known is one point at 0 %: a line of no length.
  if (last !== undefined && points.every(({ x, share }) => x === last.x && share === 0)) {
    return [{ ...last, x: 0 }, ...points]
  }
  return last === undefined || end === undefined || last.x >= end ? points : [...points, { ...last, x: end }]
}

function theoryPoints(at: (seconds: number) => number, end: number): readonly SurvivalPoint[] {
  return Array.from({ length: THEORY_POINTS + 1 }, (_, k) => {
    const x = (end * k) / THEORY_POINTS
    return { x, share: null, low: null, high: null, theory: at(x) }
  })
}
