/**
 * Widths of text in a TrueType font, so that charts drawn without a browser leave the space their words need.
 *
 * Reads the two tables that say it: `cmap` (which glyph a character has; subtable format 4) and `hmtx` (how far each
 * glyph advances), as in the OpenType specification. Kerning is left out: it only makes words narrower.
 */

/** The width of a text in ems: multiply by the font size. */
export type WidthOf = (text: string) => number

/** Reads a font file. */
export function readFontWidths(font: Uint8Array): WidthOf {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const tables = tablesOf(view)
  const unitsPerEm = view.getUint16(tables.head! + 18)
  const advances = view.getUint16(tables.hhea! + 34)
  const glyphOf = readCharacterMap(view, tables.cmap!)
  const widths = new Map<number, number>()
  const widthOf = (character: number): number => {
    const glyph = glyphOf(character)
    return view.getUint16(tables.hmtx! + 4 * Math.min(glyph, advances - 1)) / unitsPerEm
  }
  return text => {
    let width = 0
    for (const letter of text) {
      const character = letter.codePointAt(0)!
      let advance = widths.get(character)
      if (advance === undefined) widths.set(character, (advance = widthOf(character)))
      width += advance
    }
    return width
  }
}

/** Offsets of the tables, by their four letters. */
function tablesOf(view: DataView): Readonly<Record<string, number>> {
  const count = view.getUint16(4)
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const record = 12 + 16 * index
      const name = String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(record + i)))
      return [name, view.getUint32(record + 8)]
    }),
  )
}

/** The glyph of a character of the Basic Multilingual Plane; 0 if the font has none. */
function readCharacterMap(view: DataView, cmap: number): (character: number) => number {
  const subtables = Array.from({ length: view.getUint16(cmap + 2) }, (_, i) => cmap + view.getUint32(cmap + 8 + 8 * i))
  const table = subtables.find(offset => view.getUint16(offset) === 4)
  if (table === undefined) return () => 0
  const segments = view.getUint16(table + 6) / 2
  const ends = table + 14
  const starts = ends + 2 * segments + 2
  const deltas = starts + 2 * segments
  const ranges = deltas + 2 * segments
  return character => {
    for (let segment = 0; segment < segments; segment++) {
      if (character > view.getUint16(ends + 2 * segment)) continue
      const start = view.getUint16(starts + 2 * segment)
      if (character < start) return 0
      const delta = view.getUint16(deltas + 2 * segment)
      const range = view.getUint16(ranges + 2 * segment)
      if (range === 0) return (character + delta) & 0xffff
      const glyph = view.getUint16(ranges + 2 * segment + range + 2 * (character - start))
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff
    }
    return 0
  }
}
