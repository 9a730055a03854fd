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

/** What spreadsheets take for a formula at the start of a cell, whatever quotes are around it. */
const FORMULA = /^[=+\-@\t]/
const DEFUSED = /^'(?=[=+\-@\t])/

/** A text that neither a spreadsheet nor a terminal executes. */
function inert(text: string): string {
  return showControls(FORMULA.test(text) ? `'${text}` : text)
}

/** A text that is no CSV, and the line where that shows. */
export class CsvError extends Error {
  override readonly name = "CsvError"
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** A row by column, as text, and the line it begins in. */
export interface CsvRow {
  readonly line: number
  readonly fields: Readonly<Record<string, string>>
}

/** A field, plain or quoted, and what ends it. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

/** The rows of a CSV; quoted fields may hold commas, quotes and line feeds. Throws a {@link CsvError}. */
export function parseCsv(text: string): readonly CsvRow[] {
  const lines = [...linesOf(text.replace(/^\uFEFF/, ""))].filter(({ fields }) => fields.some(field => field !== ""))
  const [head, ...rows] = lines
  if (head === undefined) return []
  const columns = head.fields
  const twice = columns.find((column, index) => columns.indexOf(column) < index)
  if (twice !== undefined) throw new CsvError(head.line, `the column ${twice} is there twice`)
  return rows.map(({ line, fields }) => {
    if (fields.length !== columns.length)
      throw new CsvError(line, `found ${fields.length} fields, expected ${columns.length}`)
    return { line, fields: Object.fromEntries(columns.map((column, index) => [column, fields[index]!])) }
  })
}

function* linesOf(text: string): Generator<{ readonly line: number; readonly fields: readonly string[] }> {
  let line = 1
  let begun = line
  let fields: string[] = []
  for (let place = 0; place < text.length; ) {
    FIELD.lastIndex = place
    const match = FIELD.exec(text)
    if (match === null) throw new CsvError(line, "a quote where none may be, or one that is not closed")
    const [whole, quoted, plain = "", end] = match
    fields.push((quoted?.replaceAll('""', '"') ?? plain).replace(DEFUSED, ""))
    line += whole.split("\n").length - 1
    place += whole.length
    if (end === "," && place < text.length) continue
    if (end === ",") fields.push("")
    yield { line: begun, fields }
    fields = []
    begun = line
  }
}
