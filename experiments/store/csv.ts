/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { stringify } from "csv-stringify/sync"
import { showControls } from "../../runtime/lib/show.ts"
import type { Table, Value } from "./tables.ts"

/** More digits than any measurement has, and fewer than show the rounding of binary fractions. */
const DIGITS = 12

/** Rows that are made into text together. */
const CHUNK = 500

/** A table as CSV, piece by piece; an empty field means that there is no value. */
export function* toCsv({ columns, rows }: Table): Generator<string> {
  let chunk: (readonly Value[])[] = [columns]
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < CHUNK) continue
    yield written(chunk)
    chunk = []
  }
  yield written(chunk)
}

function written(rows: readonly (readonly Value[])[]): string {
  return stringify([...rows], {
    record_delimiter: "\n",
    cast: {
      number: value => String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))),
      string: inert,
    },
  })
}

/** Starts of cells that spreadsheets take for a formula, whatever quotes are around them. */
const FORMULA = /^[=+\-@\t]/

/** A text that neither a spreadsheet nor a terminal executes. */
function inert(text: string): string {
  return showControls(FORMULA.test(text) ? `'${text}` : text)
}
