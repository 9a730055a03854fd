/** Degradation over time: how much of a store is served, stacked, a panel an algorithm. */
import type { CellSummary } from "../../analysis/aggregate.ts"
import { SERVICE_LEVELS, type ServiceLevel } from "../../runtime/contract/service.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Registry } from "../../scenarios/cell.ts"
import { notesOf } from "./captions.ts"
import type { Picture } from "./frame.ts"
import { chartKind, type Named } from "./kind.ts"
import { lightnesses } from "./palette.ts"
import { headings, heightBeside, panelsByVariant, panelsOf } from "./panels.ts"
import { PLAIN_NUMBERS } from "./scales.ts"

export interface LevelsChoice extends Named {
  readonly kind: "levels"
}

export const levels = chartKind<LevelsChoice>({
  kind: "levels",
  forms: ["levels-over-time"],
  parts: ["levels"],
  panelsOfPoint: panelsByVariant,
  choose: name =>
    name === "levels-over-time" ? { kind: "levels", name, title: "How much of the service is left?" } : undefined,
  draw: drawLevels,
})

const ALL = "all"

/** From the bottom up, with their colours: greener is better. */
const LOOKS: Readonly<Record<ServiceLevel | typeof ALL, string>> = {
  [ALL]: "#9fd3a8",
  "writes only": "#a9c4e6",
  "reads only": "#f2d58a",
  "stale reads": "#e58a3c",
  nothing: "#8c2d2d",
}

const ORDER = [ALL, ...SERVICE_LEVELS] as const

const CAPTION =
  "Reads and writes are each out from the first that is not served to the next success. Stale: a read was answered with a value " +
  "that a later write had replaced before the read began."

const QUANTITATIVE = "quantitative" as const

function drawLevels(
  { title }: LevelsChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const panelOf = panelsOf([], plan)
  const values = summaries.flatMap(summary => {
    const { cell } = summary
    const { row, column } = panelOf(cell)
    const panel = { column: cell.variant.label, row: [column, row].filter(Boolean).join(", ") }
    return marksOf(summary).map(mark => ({ ...mark, ...panel, algorithm: cell.variant.label }))
  })
  const shown = ORDER.filter(level => values.some(value => value.level === level && value.to > value.from))
  const colours = isForPrint ? lightnesses(shown.length) : shown.map(level => LOOKS[level])
  const x = {
    field: "x",
    type: QUANTITATIVE,
    title: "Virtual time (s)",
    scale: { zero: false, nice: false },
    axis: { labelExpr: PLAIN_NUMBERS, tickCount: 5 },
  }
  const y = {
    field: "from",
    type: QUANTITATIVE,
    title: "Share of runs",
    scale: { domain: [0, 1] },
    axis: { format: ".0%", tickCount: 3 },
  }
  const panels = headings(values.length === 0 ? [{ row: "", column: "" }] : values)
  return {
    title,
    notes: [...notesOf(title, plan, registry, "stacked: the share of time that the runs of a point are at each level")],
    values,
    ...panels,
    names: shown,
    caption: CAPTION,
    size: { height: heightBeside(panels.rows, 110) },
    layers: () => [
      {
        mark: { type: "rect", aria: false },
        encoding: {
          x,
          x2: { field: "end" },
          y,
          y2: { field: "to" },
          color: { field: "level", type: "nominal", scale: { domain: [...shown], range: [...colours] } },
          tooltip: [
            { field: "algorithm", type: "nominal", title: "Algorithm" },
            { field: "level", type: "nominal", title: "Served" },
            { field: "x", type: QUANTITATIVE, title: "From (s)", format: ",.4~r" },
            { field: "share", type: QUANTITATIVE, title: "Share of runs", format: ".3~%" },
          ],
        },
      },
    ],
  }
}

interface Mark {
  readonly x: number
  readonly end: number
  readonly level: ServiceLevel | typeof ALL
  readonly share: number
  readonly from: number
  readonly to: number
}

/** A stack for each span of time, equal neighbours merged; none for a service without levels. */
function marksOf({ dependability: { levels: found } }: CellSummary): readonly Mark[] {
  if (found === null) return []
  const { starts, length, shares } = found
  const stacks = starts.map((start, place) => {
    const all = 1 - SERVICE_LEVELS.reduce((sum, level) => sum + shares[level][place]!, 0)
    let from = 0
    return ORDER.flatMap((level): readonly Mark[] => {
      const share = level === ALL ? all : shares[level][place]!
      if (share <= 0) return []
      const mark = { x: start, end: start + length, level, share, from, to: Math.min(1, from + share) }
      from += share
      return [mark]
    })
  })
  return stacks
    .reduce<readonly (readonly Mark[])[]>((merged, stack) => {
      const last = merged.at(-1)
      if (last === undefined || heightsOf(last) !== heightsOf(stack)) return [...merged, stack]
      return [...merged.slice(0, -1), last.map((mark, place) => ({ ...mark, end: stack[place]!.end }))]
    }, [])
    .flat()
}

function heightsOf(stack: readonly Mark[]): string {
  return JSON.stringify(stack.map(({ level, share }) => [level, share]))
}
