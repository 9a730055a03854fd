/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { stringify } from "csv-stringify/sync"
import { GrowingFile } from "../../lib/files.ts"
import { showControls } from "../../runtime/lib/show.ts"
import type { Table, Value } from "./tables.ts"

/** More digits than any measurement has, and fewer than show the rounding of binary fractions. */
const DIGITS = 12

/** Rows that are made into text together: a call of the library costs as much as some rows. */
const CHUNK = 200

/** No field has a carriage return, which nobody need look for. */
const OPTIONS = { record_delimiter: "\n", quote_record_delimiter: false } as const

/** A table as CSV, piece by piece; an empty field means that there is no value. */
export function* toCsv({ columns, rows }: Table): Generator<string> {
  const chunks = new CsvChunks()
  yield* chunks.add(columns)
  for (const row of rows) yield* chunks.add(row)
  yield* chunks.rest()
}

/** Rows of a table as CSV, given back by the chunk. */
class CsvChunks {
  #rows: (string | null)[][] = []

  /** @returns the text of the rows so far, now and then */
  add(row: readonly Value[]): readonly string[] {
    this.#rows.push(row.map(inText))
    return this.#rows.length < CHUNK ? [] : this.rest()
  }

  /** The text of the rows that have not been given back. */
  rest(): readonly string[] {
    const rows = this.#rows
    this.#rows = []
    return rows.length === 0 ? [] : [stringify(rows, OPTIONS)]
  }
}

/** A table that is written row by row, as a {@link GrowingFile} is: its methods throw a `StoreError`. */
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

function inText(value: Value): string | null {
  if (typeof value === "number") return numberInText(value)
  if (typeof value !== "string") return null
  return PLAIN.test(value) ? value : inert(value)
}

function numberInText(value: number): string {
  const text = String(value)
  // As many characters have no more digits than that.
  return text.length <= DIGITS || Number.isInteger(value) ? text : String(Number(value.toPrecision(DIGITS)))
}

/** Texts that are inert: most of them. */
const PLAIN = /^(?![=+\-@])[ -~]*$/

/** Starts of cells that spreadsheets take for a formula, whatever quotes are around them. */
const FORMULA = /^[=+\-@\t]/

/** A text that neither a spreadsheet nor a terminal executes. */
function inert(text: string): string {
  return showControls(FORMULA.test(text) ? `'${text}` : text)
}
