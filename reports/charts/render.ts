/** Draws Vega-Lite specifications as SVG and PNG, with bundled fonts: the same picture on every machine. */
import { Resvg, type ResvgRenderOptions } from "@resvg/resvg-js"
import * as vega from "vega"
import { compile, type TopLevelSpec } from "vega-lite"
import { FONT, textWidth } from "./text-width.ts"

export interface Picture {
  readonly svg: string
  readonly png: Uint8Array
}

/** Pixels of a PNG per unit of the drawing. */
const ZOOM = 2

export async function render(spec: TopLevelSpec): Promise<Picture> {
  const svg = await renderSvg(spec)
  return { svg, png: toPng(svg, { mode: "zoom", value: ZOOM }) }
}

export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  measureTextByFont()
  const compiled = compileChart(withMarkedNames(spec))
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error })
  const svg = (await view.toSVG()).replaceAll(MARK, "")
  view.finalize()
  return svg
}

/** The size of a drawing in its own units. */
export function svgSize(svg: string): { readonly width: number; readonly height: number } {
  const [, width = "0", height = "0"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  return { width: Number(width), height: Number(height) }
}

export function toPng(svg: string, fitTo: NonNullable<ResvgRenderOptions["fitTo"]>): Uint8Array {
  return new Resvg(svg, { fitTo, font: FONT }).render().asPng()
}

/** A character without width (word joiner). */
const MARK = "\u2060"

/** A whole value, or one that an expression quotes. */
const NAME = /^\w+$|(?<=['"])\w+(?=['"])/g

/** A name of a property that every object inherits. */
const INHERITED = new RegExp(String.raw`\b(?:${Object.getOwnPropertyNames(Object.prototype).join("|")})\b`)

/** Marks values such as `toString`: Vega stores groups in objects by name, and would find inherited properties. */
function withMarkedNames<T>(value: T): T {
  const text = JSON.stringify(value)
  // Visiting each value is many times slower, and hardly any chart has such a name.
  if (!INHERITED.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === "string" ? part.replaceAll(NAME, name => (name in Object.prototype ? name + MARK : name)) : part,
  )
}

/** Compiles without Vega-Lite's warnings about its defaults. */
export function compileChart(spec: TopLevelSpec): vega.Spec {
  return compile(spec, { logger: vega.logger(vega.Error) }).spec
}

/** Measures text by the font: without a canvas, Vega's guesses of widths are far too large. */
function measureTextByFont(): void {
  const metrics: unknown = Reflect.get(vega, "textMetrics")
  if (typeof metrics !== "object" || metrics === null) return
  Reflect.set(metrics, "width", ({ fontSize = 11, fontWeight }: TextItem, text: string | number | null | undefined) => {
    const weight = fontWeight === "bold" || Number(fontWeight) >= 600 ? "bold" : "normal"
    return textWidth(String(text ?? "").trim(), weight) * fontSize
  })
}

interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: string | number
}
