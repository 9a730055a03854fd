/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { stringify } from "csv-stringify/sync"
import { GrowingFile } from "../../lib/files.ts"
import { showControls } from "../../runtime/lib/show.ts"
import type { Table, Value } from "./tables.ts"

/** More digits than any measurement has, but too few to show binary rounding errors. */
const DIGITS = 12

/** Characters that are written together. */
const CHUNK = 32 * 1_024

/** No field contains a carriage return, so the library need not look for one. */
const OPTIONS = { eof: false, record_delimiter: "\n", quote_record_delimiter: false } as const

/** A table as CSV, piece by piece; an empty field means that there is no value. */
export function* toCsv({ columns, rows }: Table): Generator<string> {
  const chunks = new CsvChunks()
  yield* chunks.add(columns)
  for (const row of rows) yield* chunks.add(row)
  yield* chunks.rest()
}

/** Rows of a table as CSV, returned in chunks. */
class CsvChunks {
  #text = ""

  /** @returns the text of the buffered rows when a chunk is full; otherwise nothing */
  add(row: readonly Value[]): readonly string[] {
    this.#text += recordOf(row)
    return this.#text.length < CHUNK ? [] : this.rest()
  }

  /** The text of the remaining rows. */
  rest(): readonly string[] {
    const text = this.#text
    this.#text = ""
    return text === "" ? [] : [text]
  }
}

/** A table written row by row, like a {@link GrowingFile}: its methods throw a `StoreError`. */
export class GrowingCsv {
  readonly #file: GrowingFile
  readonly #chunks = new CsvChunks()

  constructor(path: string, columns: readonly string[]) {
    this.#file = new GrowingFile(path)
    this.add(columns)
  }

  add(row: readonly Value[]): void {
    for (const text of this.#chunks.add(row)) this.#file.add(text)
  }

  finish(): void {
    for (const text of this.#chunks.rest()) this.#file.add(text)
    this.#file.finish()
  }

  discard(): void {
    this.#file.discard()
  }
}

/** A row as a record. Only texts can need quotes, which the library adds: it takes many times as long as a number does. */
function recordOf(row: readonly Value[]): string {
  let record = ""
  for (let index = 0; index < row.length; index++) record += (index === 0 ? "" : ",") + fieldOf(row[index]!)
  return `${record}\n`
}

function fieldOf(value: Value): string {
  if (typeof value === "number") return numberInText(value)
  if (typeof value !== "string") return ""
  return PLAIN.test(value) ? value : stringify([[inert(value)]], OPTIONS)
}

function numberInText(value: number): string {
  const text = String(value)
  // A text this short has no more digits than that.
  return text.length <= DIGITS || Number.isInteger(value) ? text : String(Number(value.toPrecision(DIGITS)))
}

/** Inert texts without commas and quotes, the most common case. */
const PLAIN = /^(?![=+\-@])[ !#-+\--~]*$/

/** Starts of cells that spreadsheets interpret as a formula, even in quotes. */
const FORMULA = /^[=+\-@\t]/

/** A text that neither a spreadsheet nor a terminal executes. */
function inert(text: string): string {
  return showControls(FORMULA.test(text) ? `'${text}` : text)
}
