/** The parts of an operation's cost: its messages by type, stacked, a panel an algorithm. */
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { coordinateOf, inOrder, labelsInPercent, textAt } from "./data.ts"
import { COUNTING_CAPTION } from "../../analysis/counting-rules.ts"
import { notesOf } from "./captions.ts"
import { type Picture, titleLines } from "./frame.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import { axisNames, axisTitle } from "../../analysis/kinds.ts"
import { lightnesses, NEUTRAL_COLOURS } from "./palette.ts"
import { headings, panelsOf } from "./panels.ts"
import { chartKind, type Named } from "./kind.ts"
import { axisAmong, splitName } from "./naming.ts"
import { besideEachOther, someNamed } from "./sampling.ts"
import { PLAIN_NUMBERS } from "./scales.ts"

/** Types below this share of the largest stack are too thin to see. */
const THINNEST = 0.002

/** With more x values, labels are slanted: side by side they would overlap. */
const MAX_LEVEL = 6

/** With more than this they are vertical: on a phone, slanted ones would overlap. */
const MAX_SLANTED = 7

/** With more than this, only some bars are labelled. */
const MAX_NAMED = 24

/** By variant, the smallest share of a stack that is drawn. */
function leastOf(summaries: readonly CellSummary[]): ReadonlyMap<string, number> {
  const least = new Map<string, number>()
  for (const { cell, byType } of summaries) {
    const total = Object.values(byType).reduce((sum, estimate) => sum + (estimate?.value ?? 0), 0)
    least.set(cell.variant.key, Math.max(least.get(cell.variant.key) ?? 0, total * THINNEST))
  }
  return least
}

/** Messages of each type, stacked. */
export interface MessageTypesChoice extends Named {
  readonly kind: "message-types"
  readonly across: Dimension
}

export const messageTypes = chartKind<MessageTypesChoice>({
  kind: "message-types",
  forms: ["message-types-by-<axis>"],
  choose: (name, dimensions) => {
    const [what, axisName] = splitName(name)
    const axis = axisAmong(axisName, dimensions)
    if (what !== "message-types" || axis === undefined) return undefined
    const title = `Which messages does an operation cost${axis.question}?`
    return { kind: "message-types", name, across: axis.dimension, title }
  },
  suggestions: dimensions => axisNames(dimensions).map(axis => `message-types-by-${axis}`),
  draw: drawMessageTypes,
})

function drawMessageTypes(
  choice: MessageTypesChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const { across, title } = choice
  const panelOf = panelsOf([across], plan)
  const least = leastOf(summaries)
  const drawn = besideEachOther(inOrder(summaries.map(({ cell }) => coordinateOf(cell, across))), across)
  const values = summaries.flatMap(({ cell, byType }, step) => {
    if (!drawn.isDrawn(coordinateOf(cell, across))) return []
    const { row, column } = panelOf(cell)
    return Object.entries(byType).flatMap(([type, estimate]) => {
      if (estimate === null || estimate.value <= least.get(cell.variant.key)!) return []
      const { value, low, high, runs } = estimate
      return [
        {
          x: coordinateOf(cell, across),
          xText: textAt(cell, across),
          step,
          type,
          value,
          low,
          high,
          runs,
          algorithm: cell.variant.label,
          column: cell.variant.label,
          row: [column, row].filter(Boolean).join(", "),
        },
      ]
    })
  })
  const types = [...new Set(values.map(({ type }) => type))]
  // Points where nothing succeeds, or costs a message, have no bar, but a place.
  const withBars = new Set(values.map(({ x }) => x))
  const xs = inOrder(summaries.map(({ cell }) => coordinateOf(cell, across)))
  const colours = isForPrint
    ? lightnesses(types.length)
    : types.map((_, index) => NEUTRAL_COLOURS[index % NEUTRAL_COLOURS.length]!)
  return {
    title,
    notes: [
      ...notesOf(title, plan, registry, "protocol messages; heartbeats and retransmissions apart"),
      ...drawn.notes,
    ],
    values,
    ...headings(values.length === 0 ? [{ row: "", column: "" }] : values),
    names: types,
    caption: COUNTING_CAPTION,
    hasOwnScales: new Set(plan.experiment.variants.map(({ service }) => service)).size > 1,
    layers: ({ height }) => [
      {
        mark: { type: "bar", ...(xs.length > MAX_NAMED ? {} : { stroke: "#fff", strokeWidth: 0.6 }) },
        encoding: {
          x: {
            field: "x",
            type: "ordinal",
            sort: [...xs],
            ...(values.length > 0 && xs.some(x => !withBars.has(x)) ? { scale: { domain: [...xs] } } : {}),
            title: axisTitle(across),
            axis: {
              labelAngle: angleOf(xs),
              ...(xs.every(value => typeof value === "number") ? { labelExpr: PLAIN_NUMBERS } : {}),
              ...labelsInPercent(across, plan),
              ...(xs.length > MAX_NAMED ? someNamed(xs) : {}),
            },
          },
          y: {
            field: "value",
            type: "quantitative",
            stack: "zero",
            title: titleLines("Protocol messages per successful operation", height),
          },
          color: {
            field: "type",
            type: "nominal",
            scale: { domain: types, range: [...colours] },
          },
          order: { field: "type", type: "nominal", sort: "ascending" },
          tooltip: [
            { field: "algorithm", type: "nominal", title: "Algorithm" },
            { field: "type", type: "nominal", title: "Message" },
            { field: "xText", type: "nominal", title: across.title },
            { field: "value", type: "quantitative", title: "Per operation", format: ",.4~r" },
            { field: "low", type: "quantitative", title: "95 % from", format: ",.4~r" },
            { field: "high", type: "quantitative", title: "95 % to", format: ",.4~r" },
          ],
        },
      },
    ],
  }
}

/** The angle of labels below bars: level if there are few, and vertical if slanted ones would overlap. */
function angleOf(xs: readonly (number | string)[]): number {
  if (xs.length <= MAX_LEVEL && xs.every(value => typeof value === "number")) return 0
  return xs.length <= MAX_SLANTED ? -35 : -90
}
