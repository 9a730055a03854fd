/** A drawing as a one-page PDF of its size, with text as text. */
import { POINTS } from "./themes.ts"
import { FONT_FILES } from "./text-width.ts"

/** @param width @param height of the page, in centimetres */
export async function toPdf(svg: string, width: number, height: number): Promise<Uint8Array> {
  const [{ default: PdfDocument }, { default: draw }] = await Promise.all([import("pdfkit"), import("svg-to-pdfkit")])
  const size: [number, number] = [width * POINTS, height * POINTS]
  const { regular, bold } = FONT_FILES
  // A creation date would change the bytes of an unchanged picture.
  const info = { Creator: "Quorate", Producer: "Quorate", CreationDate: new Date(0), ModDate: new Date(0) }
  const document = new PdfDocument({ size, margin: 0, font: regular, info })
  const chunks: Uint8Array[] = []
  const written = new Promise<Uint8Array>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk))
    document.on("end", () => resolve(Buffer.concat(chunks)))
    document.on("error", reject)
  })
  draw(document, solid(svg), 0, 0, {
    width: size[0],
    height: size[1],
    preserveAspectRatio: "xMinYMin meet",
    fontCallback: (_family: string, isBold: boolean) => (isBold ? bold : regular),
  })
  document.end()
  return written
}

/** Draws strokes without gaps solid: PDF has no dashes with gaps of length 0. */
function solid(svg: string): string {
  return svg.replaceAll(/ stroke-dasharray="[\d.]+,0"/g, "")
}
