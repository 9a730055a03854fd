/** The frame that all charts share: the question above, panels, the caption below, fonts and greys. */
import type { TopLevelSpec } from "vega-lite"
import type { Plan } from "../../experiments/model/plan.ts"

/** Size of the plot if it is the only panel, and of one panel of several, in pixels. */
const SINGLE = { width: 520, height: 300 }
const PANEL = { width: 230, height: 180 }
const MAX_COLUMNS = 3
/** Pixels beside the plots: axis labels and titles. */
const MARGIN = 60
/** Mean width of a character, in font sizes. */
const CHARACTER = 0.53
const TITLE_SIZE = 15
/** Of axis labels and headings, in pixels. */
export const TEXT_SIZE = 11
const LEGEND_SIZE = 12
const CAPTION_SIZE = 10

/** Values of the panels' headings, in order; a single one of each makes a chart without panels. */
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
  /** The line below the plot: what is counted, or what the figures mean. */
  readonly caption: string
  /** The layers of each panel of this size. */
  layers(size: { readonly width: number; readonly height: number }): readonly Layer[]
  /** Another size of the panels, e.g. as many lines as there are runs. */
  readonly size?: { readonly width?: number; readonly height?: number }
  /** Panels beside each other at most. */
  readonly mostColumns?: number
  /** True if panels measure different things, and so need vertical axes of their own. */
  readonly hasOwnScales?: boolean
}

export type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number]

/** The place of a chart on a page that somebody else lays out. */
export interface Fit {
  /** Pixels of the whole picture, at the size of text that charts have. */
  readonly width: number
  /** Pixels of a panel's plot. */
  readonly plot: number
  /** Panels beside each other. */
  readonly across: number
  /** True if title, notes and caption are part of the picture. */
  readonly hasWords: boolean
}

/** @param fit as large as it likes without */
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
    // As they are before they are folded to the picture's width: a report's page has another.
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

/** The plots of a picture that has to fit: as wide as is left for them, and no flatter than others. */
function plotOf({ rows, columns, size }: Picture, { plot }: Fit) {
  const { width, height } = Math.max(columns.length, rows.length) > 1 ? PANEL : SINGLE
  return { width: plot, height: size?.height ?? Math.round(Math.min(height, (plot * height) / width)) }
}

/** Panels beside each other. */
export function acrossOf({ rows, columns, mostColumns = MAX_COLUMNS }: Picture): number {
  return rows.length > 1 ? columns.length : evenly(columns.length, mostColumns)
}

/** A legend that is wider than the plots of a fitted picture reaches over their axis: they are not made narrower for it. */
function legendLayout(fit: Fit | undefined): object {
  return fit === undefined ? {} : { layout: { top: { anchor: "middle" } } }
}

/** As many names beside each other as fit; the symbol and the gaps take some 35 pixels. */
function legendColumns(names: readonly string[], width: number): number {
  const widest = Math.max(...names.map(name => name.length)) * LEGEND_SIZE * CHARACTER + 35
  return Math.max(1, Math.min(names.length, Math.floor((width + MARGIN) / widest)))
}

/** Panels beside each other in rows that are as even as can be: 4 in rows of at most 3 are 2 and 2. */
export function evenly(panels: number, most: number): number {
  return Math.ceil(panels / Math.ceil(panels / most))
}

/** Panels in rows and columns; those of a single row are wrapped if there are too many. */
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

/** The title of an axis, in as many lines as its length in pixels needs. */
export function titleLines(title: string, length: number): string[] {
  return foldText(title, Math.floor(length / (TEXT_SIZE * CHARACTER)))
}
