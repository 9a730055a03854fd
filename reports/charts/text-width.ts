/** Widths of text as drawn, kerning included, so that charts leave enough space for it. */
import { Resvg, type ResvgRenderOptions } from "@resvg/resvg-js"
import { fontFile } from "../../lib/assets.ts"

/** Files of the fonts of all charts. */
export const FONT_FILES = {
  regular: fontFile("DejaVuSans.ttf"),
  bold: fontFile("DejaVuSans-Bold.ttf"),
}

/** The fonts of all charts, bundled so that pictures are the same on every machine. */
export const FONT: NonNullable<ResvgRenderOptions["font"]> = {
  loadSystemFonts: false,
  defaultFontFamily: "DejaVu Sans",
  fontFiles: Object.values(FONT_FILES),
}

export type Weight = "normal" | "bold"

/** The size at which texts are measured, in pixels. */
const SIZE = 100

/** The fonts' units per em. All widths are whole units, on every machine. */
const UNITS = 2_048

const widths = new Map<string, number>()

/** The width of a text in ems: multiply by the font size. */
export function textWidth(text: string, weight: Weight = "normal"): number {
  // A drawing's bounds are those of its ink: between two strokes, spaces and side bearings count as well.
  return text === "" ? 0 : (drawnUnits(`|${text}|`, weight) - drawnUnits("||", weight)) / UNITS
}

function drawnUnits(text: string, weight: Weight): number {
  const key = `${weight} ${text}`
  const known = widths.get(key)
  if (known !== undefined) return known
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve"><text y="${SIZE}" font-size="${SIZE}"
    font-family="DejaVu Sans" font-weight="${weight}">${escaped(text)}</text></svg>`
  const width = Math.round(((new Resvg(drawing, { font: FONT }).getBBox()?.width ?? 0) / SIZE) * UNITS)
  widths.set(key, width)
  return width
}

/** Text escaped for XML, without the control characters that XML cannot represent. */
function escaped(text: string): string {
  return (
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      // oxlint-disable-next-line no-control-regex -- XML cannot hold these, not even escaped.
      .replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g, "\uFFFD")
      .toWellFormed()
  )
}
