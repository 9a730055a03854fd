/**
 * Charts in a report: the same pictures as the files in `charts/`, drawn by the page itself.
 *
 * Title, caption and the legend of the algorithms become part of the page, and colours become the page's own, so that light,
 * dark and print are a matter of style. Two settings are added: the hidden algorithms, and the zoomed range.
 */
import type { Spec } from "vega"
import type { TopLevelSpec } from "vega-lite"

export interface ReportChart {
  readonly name: string
  /** The question that it answers. */
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
  /** The counting rule, or the meaning of the figures. */
  readonly caption: string
  readonly vega: Spec
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/** Greys of the charts, and their names in the page. */
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

/** A single plot fills the given width and height, axes included. */
const FITTED: JsonObject = { autosize: { type: "fit", contains: "padding" } }
const BELOW = 56

/** Hides the algorithms that the reader has deselected. */
const SHOWN_ONLY: JsonObject = { filter: "indexof(hidden, datum.algorithm) < 0" }

/** @param compile Vega-Lite's compiler, loaded only for drawing */
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
    // The page shows the experiment's question once, at the top.
    notes: linesOf(notes).filter(line => line !== question),
    caption: typeof caption === "string" ? caption : "",
    vega: zoomable(described(compile(vegaLite), chart.title)),
  }
}

/** Replaces the greys by the page's wherever they are used as a colour. */
function recoloured(value: Json | undefined): Json {
  if (typeof value === "string") return INKS[value] ?? value
  if (Array.isArray(value)) return value.map(recoloured)
  if (typeof value !== "object" || value === null) return value ?? null
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, recoloured(member)]))
}

/** Removes the legend of the algorithms, which the page shows once for all charts, and clips marks to the plot. */
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

/** Names the groups of marks for screen readers, which find them even in panels where they are empty. */
function described(spec: Spec, title: string): Spec {
  return revised(spec, (_, value) => {
    if (typeof value !== "object" || value === null || !("encode" in value) || !("type" in value)) return value
    return value.type === "group" || "description" in value ? value : { ...value, description: title }
  })
}

/** A copy of a specification in which each value but its data, of which there may be much, is revised. */
function revised({ data, ...others }: Spec, revise: (key: string, value: unknown) => unknown): Spec {
  const copy: Spec = JSON.parse(JSON.stringify(others), revise)
  return data === undefined ? copy : { ...copy, data }
}

/** Lets the page set the domains of the x and y scales; null: everything. */
function zoomable(spec: Spec): Spec {
  const signals = [...(spec.signals ?? []), { name: "zoom_x", value: null }, { name: "zoom_y", value: null }]
  const scales = (spec.scales ?? []).map(scale => {
    const canZoom = (scale.name === "x" || scale.name === "y") && (scale.type === "linear" || scale.type === "log")
    return canZoom ? { ...scale, domainRaw: { signal: `zoom_${scale.name}` } } : scale
  })
  return clippedWhenZoomed({ ...spec, signals, scales })
}

/** Clips marks only when zoomed: a mark at the edge, e.g. at 100 %, must be visible as a whole. */
function clippedWhenZoomed(spec: Spec): Spec {
  const clip = { signal: "zoom_x !== null || zoom_y !== null" }
  return revised(spec, (key, value) => (key === "clip" && value === true ? clip : value))
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
