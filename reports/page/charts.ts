/**
 * Charts as a report shows them: the same pictures as the files in `charts/`, drawn by the page itself.
 *
 * Title, caption and the legend of the algorithms become part of the page, colours become the page's own, so that light,
 * dark and paper are a matter of style, and two settings are added: the algorithms hidden, and the part that is zoomed to.
 */
import type { Spec } from "vega"
import type { TopLevelSpec } from "vega-lite"

export interface ReportChart {
  readonly name: string
  /** The question it answers. */
  readonly title: string
  /** For browsers without scripts. */
  readonly svg: string
  readonly spec: TopLevelSpec
}

/** A chart for the page: its parts, and the compiled specification of the plot. */
export interface PageChart {
  readonly name: string
  readonly title: string
  readonly notes: readonly string[]
  /** The rule of counting, or the meaning of the figures. */
  readonly caption: string
  readonly vega: Spec
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/** Greys of the charts, and what the page calls them. */
const INKS: Readonly<Record<string, string>> = {
  white: "transparent",
  "#e8e8e8": "var(--grid)",
  "#ececec": "var(--grid)",
  "#ccc": "var(--line)",
  "#333": "var(--ink)",
  "#555": "var(--soft)",
  "#666": "var(--soft)",
  "#777": "var(--soft)",
}

/** A single plot takes the width that it is given, axes included; the height below it is theirs, too. */
const FITTED: JsonObject = { autosize: { type: "fit", contains: "padding" } }
const BELOW = 56

/** Hides the algorithms that the reader has switched off. */
const SHOWN_ONLY: JsonObject = { filter: "indexof(hidden, datum.algorithm) < 0" }

/** @param compile Vega-Lite's compiler, which only those load who draw */
export function pageChart(chart: ReportChart, question: string, compile: (spec: TopLevelSpec) => Spec): PageChart {
  const whole: JsonObject = JSON.parse(JSON.stringify(chart.spec))
  const { notes, caption } = objectIn(whole["usermeta"])
  const [plot = whole] = listIn(whole["vconcat"]).map(objectIn)
  const config = objectIn(whole["config"])
  const spec: JsonObject = {
    ...objectIn(recoloured(plot)),
    $schema: whole["$schema"] ?? "",
    data: whole["data"] ?? plot["data"] ?? null,
    params: [{ name: "hidden", value: [] }],
    ...("facet" in plot ? {} : { ...FITTED, height: Number(plot["height"] ?? 0) + BELOW }),
    padding: 4,
    config: {
      ...objectIn(recoloured(config)),
      font: "system-ui, sans-serif",
      background: "transparent",
      axis: {
        ...objectIn(config["axis"]),
        gridColor: "var(--grid)",
        domainColor: "var(--axis)",
        tickColor: "var(--axis)",
        labelColor: "var(--soft)",
        titleColor: "var(--ink)",
        labelFontSize: 12,
        titleFontSize: 12,
      },
      header: { labelColor: "var(--ink)", labelFontSize: 12 },
      legend: { ...objectIn(config["legend"]), labelColor: "var(--ink)", titleColor: "var(--ink)" },
      view: { stroke: "var(--line)" },
    },
  }
  const filtered = { ...spec, transform: [SHOWN_ONLY, ...listIn(spec["transform"])] }
  const vegaLite: TopLevelSpec = JSON.parse(JSON.stringify(withPageLegend(filtered)))
  return {
    name: chart.name,
    title: chart.title,
    // The page asks the experiment's question once, above everything.
    notes: linesOf(notes).filter(line => line !== question),
    caption: typeof caption === "string" ? caption : "",
    vega: zoomable(described(compile(vegaLite), chart.title)),
  }
}

/** Replaces the greys by the page's, wherever they stand as a colour. */
function recoloured(value: Json | undefined): Json {
  if (typeof value === "string") return INKS[value] ?? value
  if (Array.isArray(value)) return value.map(recoloured)
  if (typeof value !== "object" || value === null) return value ?? null
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, recoloured(member)]))
}

/** The legend of the algorithms is the page's, once for all charts; marks end where the plot does. */
function withPageLegend(value: Json): Json {
  if (Array.isArray(value)) return value.map(withPageLegend)
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).map(([key, member]): [string, Json] => {
    if (key === "data") return [key, member]
    const inner = withPageLegend(member)
    const isChannel = ["color", "shape", "strokeDash", "stroke", "fill"].includes(key) && isOfAlgorithm(inner)
    if (isChannel) return [key, { ...objectIn(inner), legend: null }]
    if (key === "mark")
      return [key, typeof inner === "string" ? { type: inner, clip: true } : { ...objectIn(inner), clip: true }]
    return [key, inner]
  })
  return Object.fromEntries(entries)
}

function isOfAlgorithm(channel: Json): boolean {
  return objectIn(channel)["field"] === "algorithm"
}

/** Names the groups of marks, which screen readers come across even where a panel has none of them. */
function described(spec: Spec, title: string): Spec {
  const named: Spec = JSON.parse(JSON.stringify(spec), (_, value: unknown) => {
    if (typeof value !== "object" || value === null || !("encode" in value) || !("type" in value)) return value
    return value.type === "group" || "description" in value ? value : { ...value, description: title }
  })
  return named
}

/** Lets the page set what the scales across and up show; null: everything. */
function zoomable(spec: Spec): Spec {
  const signals = [...(spec.signals ?? []), { name: "zoom_x", value: null }, { name: "zoom_y", value: null }]
  const scales = (spec.scales ?? []).map(scale => {
    const canZoom = (scale.name === "x" || scale.name === "y") && (scale.type === "linear" || scale.type === "log")
    return canZoom ? { ...scale, domainRaw: { signal: `zoom_${scale.name}` } } : scale
  })
  return clippedWhenZoomed({ ...spec, signals, scales })
}

/** A mark at the edge, at 100 % say, is to be seen whole as long as nothing lies beyond the edge. */
function clippedWhenZoomed(spec: Spec): Spec {
  const clip = { signal: "zoom_x !== null || zoom_y !== null" }
  const clipped: Spec = JSON.parse(JSON.stringify(spec), (key, value: unknown) =>
    key === "clip" && value === true ? clip : value,
  )
  return clipped
}

function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function linesOf(value: Json | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter(line => typeof line === "string")
}
