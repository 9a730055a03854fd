/** The frame that all charts share: the question above, panels, the caption below, fonts and greys. */
import type { TopLevelSpec } from "vega-lite"
import type { Plan } from "../../experiments/model/plan.ts"

/** Size of the plot in a chart with one panel, and with several, in pixels. */
const SINGLE = { width: 520, height: 300 }
const PANEL = { width: 230, height: 180 }
const MAX_COLUMNS = 3
/** Pixels beside the plots: axis labels and titles. */
const MARGIN = 60
/** Mean width of a character, in ems. */
const CHARACTER = 0.53
const TITLE_SIZE = 15
/** Of axis labels and headings, in pixels. */
export const TEXT_SIZE = 11
const LEGEND_SIZE = 12
const CAPTION_SIZE = 10

/** The headings of the panels, in order; a chart with one row and one column has no panels. */
export interface Panels {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
}

export interface Picture extends Panels {
  /** The question. */
  readonly title: string
  /** Further lines above the plot. */
  readonly notes: readonly string[]
  readonly values: readonly object[]
  /** Names in the legend. */
  readonly names: readonly string[]
  /** The line below the plot: the counting rule, or the meaning of the figures. */
  readonly caption: string
  /** The layers of each panel, for this size. */
  layers(size: { readonly width: number; readonly height: number }): readonly Layer[]
  /** A different panel size, e.g. with a line for each run. */
  readonly size?: { readonly width?: number; readonly height?: number }
  /** The maximum number of panels side by side. */
  readonly mostColumns?: number
  /** True if panels measure different things, and so need separate vertical axes. */
  readonly hasOwnScales?: boolean
}

export type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number]

/** The space for a chart on a page with its own layout. */
export interface Fit {
  /** Pixels of the whole picture, at the charts' text size. */
  readonly width: number
  /** Pixels of a panel's plot. */
  readonly plot: number
  /** Panels side by side. */
  readonly across: number
  /** True if title, notes and caption are part of the picture. */
  readonly hasWords: boolean
}

/** @param fit absent: no size limit */
export function frame(picture: Picture, plan: Plan, fit?: Fit): TopLevelSpec {
  const { rows, columns } = picture
  const isFaceted = Math.max(columns.length, rows.length) > 1
  const size = { ...(isFaceted ? PANEL : SINGLE), ...picture.size, ...(fit === undefined ? {} : plotOf(picture, fit)) }
  const across = fit?.across ?? acrossOf(picture)
  const width = fit === undefined ? Math.max(SINGLE.width, across * (size.width + 20)) : fit.width - MARGIN
  const fold = (text: string, fontSize: number): string[] =>
    foldText(text, Math.floor((width + MARGIN) / (fontSize * CHARACTER)))
  const caption = foldText(picture.caption, Math.floor(width / (CAPTION_SIZE * CHARACTER)))
  const chart = { layer: [...picture.layers(size)], ...size }
  const resolve = picture.hasOwnScales === true ? { resolve: { scale: { y: "independent" as const } } } : {}
  const panelled = isFaceted
    ? { facet: facetOf(picture, across), ...wrapping(picture, across), ...resolve, spec: chart }
    : chart
  const hasWords = fit?.hasWords ?? true
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `${picture.title} ${plan.experiment.question}`,
    // Unfolded, because a report's page has a different width.
    usermeta: { notes: [...picture.notes], caption: picture.caption },
    ...(hasWords ? { title: titleOf(picture, fold) } : {}),
    data: { values: [...picture.values] },
    vconcat: [panelled, ...(hasWords ? [captionBelow(caption, width)] : [])],
    spacing: 16,
    config: {
      font: "DejaVu Sans, Verdana, sans-serif",
      background: "white",
      axis: {
        labelFontSize: TEXT_SIZE,
        titleFontSize: TEXT_SIZE,
        titleFontWeight: "normal",
        titlePadding: 8,
        gridColor: "#e8e8e8",
      },
      header: { labelFontSize: TEXT_SIZE },
      legend: {
        orient: "top",
        title: null,
        columns: legendColumns(picture.names, width),
        labelFontSize: LEGEND_SIZE,
        labelLimit: 400,
        symbolSize: 90,
        symbolOpacity: 1,
        ...legendLayout(fit),
      },
      view: { stroke: "#ccc" },
    },
  }
}

function titleOf({ title, notes }: Picture, fold: (text: string, fontSize: number) => string[]) {
  return {
    text: fold(title, TITLE_SIZE * 1.1),
    subtitle: notes.flatMap(line => fold(line, TEXT_SIZE)),
    anchor: "start" as const,
    fontSize: TITLE_SIZE,
    subtitleFontSize: TEXT_SIZE,
    subtitleColor: "#555",
    subtitlePadding: 5,
    offset: 14,
  }
}

function captionBelow(caption: string[], width: number) {
  return {
    data: { values: [{}] },
    width,
    height: caption.length * (CAPTION_SIZE + 3),
    view: { stroke: null },
    mark: {
      type: "text" as const,
      text: caption,
      align: "left" as const,
      baseline: "top" as const,
      fontSize: CAPTION_SIZE,
      lineHeight: CAPTION_SIZE + 3,
      color: "#666",
    },
    encoding: { x: { value: 0 }, y: { value: 0 } },
  }
}

/** The plots of a fitted picture: as wide as the space allows, and no flatter than others. */
function plotOf({ rows, columns, size }: Picture, { plot }: Fit) {
  const { width, height } = Math.max(columns.length, rows.length) > 1 ? PANEL : SINGLE
  return { width: plot, height: size?.height ?? Math.round(Math.min(height, (plot * height) / width)) }
}

/** The number of panels side by side. */
export function acrossOf({ rows, columns, mostColumns = MAX_COLUMNS }: Picture): number {
  return rows.length > 1 ? columns.length : evenly(columns.length, mostColumns)
}

/** Lets a legend that is wider than the plots of a fitted picture extend over their axis, so that it does not shrink them. */
function legendLayout(fit: Fit | undefined): object {
  return fit === undefined ? {} : { layout: { top: { anchor: "middle" } } }
}

/** The number of names side by side that fit; symbol and gaps take some 35 pixels. */
function legendColumns(names: readonly string[], width: number): number {
  const widest = Math.max(...names.map(name => name.length)) * LEGEND_SIZE * CHARACTER + 35
  return Math.max(1, Math.min(names.length, Math.floor((width + MARGIN) / widest)))
}

/** Panels per row, distributed evenly: 4 panels in rows of at most 3 give 2 and 2. */
export function evenly(panels: number, most: number): number {
  return Math.ceil(panels / Math.ceil(panels / most))
}

/** Panels in rows and columns; a single row wraps if it has too many. */
function facetOf({ rows, columns }: Panels, most: number) {
  if (rows.length > 1 && columns.length > 1) {
    return { row: panelChannel("row", rows), column: panelChannel("column", columns) }
  }
  if (rows.length > 1) return { row: panelChannel("row", rows) }
  return columns.length > most ? panelChannel("column", columns) : { column: panelChannel("column", columns) }
}

function wrapping({ rows, columns }: Panels, most: number): { readonly columns?: number } {
  return rows.length === 1 && columns.length > most ? { columns: most } : {}
}

function panelChannel(field: "row" | "column", sort: readonly string[]) {
  const isFolded = sort.some(heading => heading.includes("\n"))
  const header = isFolded ? { header: { labelExpr: "split(datum.label, '\\n')" } } : {}
  return { field, type: "nominal" as const, sort: [...sort], title: null, ...header }
}

/** Lines of at most `most` characters, broken between words. */
export function foldText(text: string, most: number): string[] {
  const lines = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!
    if (line !== "" && line.length + 1 + word.length > most) lines.push(word)
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`
  }
  return lines
}

/** The title of an axis, folded to the axis's length in pixels. */
export function titleLines(title: string, length: number): string[] {
  return foldText(title, Math.floor(length / (TEXT_SIZE * CHARACTER)))
}
