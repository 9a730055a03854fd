/** A chart as a separate file: a picture of a given width, or its numbers. */
import * as Effect from "effect/Effect"
import { axisTitle } from "../analysis/kinds.ts"
import { writeWhole } from "../lib/files.ts"
import { chartCsv, chartLatex } from "./charts/chart-table.ts"
import { pictureOf } from "./charts/chart.ts"
import type { ChartChoice } from "./charts/registry.ts"
import { THEMES } from "./charts/themes.ts"
import type { Results } from "./results.ts"

export interface ChartFile {
  readonly format: "pdf" | "svg" | "png" | "csv" | "tex"
  readonly theme: keyof typeof THEMES
  /** In centimetres; undefined: the theme's width. */
  readonly width: number | undefined
  /** Dots per inch of a PNG. */
  readonly resolution: number
}

/** The written file, with the words that belong to the picture but are not in it. */
interface Written {
  readonly what: string
  readonly words: readonly string[]
}

/** Writes a chart of results to a file. */
export async function writeChart(
  file: string,
  choice: ChartChoice,
  { plan, cells, registry }: Results,
  { format, theme: name, width, resolution }: ChartFile,
): Promise<Written | { readonly problem: string }> {
  const theme = THEMES[name]
  const picture = pictureOf(choice, plan, cells, registry, theme.isForPrint)
  const write = (content: string | Uint8Array) => Effect.runPromise(writeWhole(file, content))
  const words = [picture.title, ...picture.notes, picture.caption].filter(Boolean)
  if (format === "csv") {
    await write(chartCsv(picture))
    return { what: `${picture.values.length} rows`, words: [] }
  }
  if (format === "tex") {
    const isShare = "metric" in choice && choice.metric.isShare === true
    const table = chartLatex(picture, "across" in choice ? axisTitle(choice.across) : "", isShare)
    if (table === undefined)
      return { problem: "this chart is a distribution or a timeline; its numbers are in --format csv" }
    await write(table)
    return { what: "a table for LaTeX, with the package booktabs", words }
  }
  const { fit } = await import("./charts/fitting.ts")
  const drawn = await fit(picture, plan, theme, width ?? theme.width)
  if (format === "svg") await write(drawn.svg)
  else if (format === "png") {
    const { toPng } = await import("./charts/render.ts")
    await write(toPng(drawn.svg, { mode: "width", value: Math.round((drawn.width / 2.54) * resolution) }))
  } else {
    const { toPdf } = await import("./charts/pdf.ts")
    await write(await toPdf(drawn.svg, drawn.width, drawn.height))
  }
  const size = [drawn.width, drawn.height].map(centimetres => `${Number(centimetres.toFixed(1))}`).join(" by ")
  return { what: `${size} cm`, words: theme.hasWords ? [] : words }
}
