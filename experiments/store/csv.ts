/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { inPieces } from "../../lib/files.ts"
import { showControls } from "../../runtime/lib/show.ts"
import type { Table, Value } from "./tables.ts"

/** More digits than any measurement has, and fewer than show the rounding of binary fractions. */
const DIGITS = 12

/** A table as CSV, piece by piece; an empty field means that there is no value. */
export function toCsv(table: Table): Generator<string> {
  return inPieces(linesOf(table))
}

function* linesOf({ columns, rows }: Table): Generator<string> {
  yield csvLine(columns)
  for (const row of rows) yield csvLine(row)
}

/** A row as a line. */
export function csvLine(row: readonly Value[]): string {
  let line = ""
  for (let place = 0; place < row.length; place++) {
    if (place > 0) line += ","
    const value = row[place]
    if (typeof value === "number") line += written(value)
    else if (typeof value === "string") line += PLAIN.test(value) ? value : quoted(inert(value))
  }
  return `${line}\n`
}

/** Texts that are written as they are: most of them, and the rules below need not be looked up for them. */
const PLAIN = /^(?![=+\-@])[ !#-+\--~]*$/

function written(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)))
}

/** Characters of which one in a field asks for quotes around it. */
const SPECIAL = /[",\n\r]/

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Starts of cells that spreadsheets take for a formula, whatever quotes are around them. */
const FORMULA = /^[=+\-@\t]/

/** A text that neither a spreadsheet nor a terminal executes. */
function inert(text: string): string {
  return showControls(FORMULA.test(text) ? `'${text}` : text)
}
