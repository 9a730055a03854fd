/** A reader of CSV (RFC 4180), as written by csv.ts. */
import { CsvError as ParserError, parse } from "csv-parse/sync"

/** A text that is not CSV, and the offending line. */
export class CsvError extends Error {
  override readonly name = "CsvError"
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** A row as text by column, and its first line. */
export interface CsvRow {
  readonly line: number
  readonly fields: Readonly<Record<string, string>>
}

/** Rows of a CSV, except empty ones. Throws a {@link CsvError}. */
export function parseCsv(text: string): readonly CsvRow[] {
  const [head, ...rows] = recordsIn(text)
  if (head === undefined) return []
  const columns = head.values
  const twice = columns.find((column, index) => columns.indexOf(column) < index)
  if (twice !== undefined) throw new CsvError(head.line, `the column ${twice} is there twice`)
  return rows.map(({ line, values }) => {
    if (values.length !== columns.length)
      throw new CsvError(line, `found ${values.length} fields, expected ${columns.length}`)
    return { line, fields: Object.fromEntries(columns.map((column, index) => [column, values[index]!])) }
  })
}

/** The apostrophe that keeps spreadsheets from evaluating a formula. */
const DEFUSED = /^'(?=[=+\-@\t])/

interface CsvRecord {
  /** The first line of the row. */
  readonly line: number
  readonly values: readonly string[]
}

function recordsIn(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = []
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      on_record: (values: readonly string[], { lines }) => {
        const breaks = values.join("").split("\n").length - 1
        records.push({ line: lines - breaks, values: values.map(value => value.replace(DEFUSED, "")) })
      },
    })
  } catch (error) {
    if (!(error instanceof ParserError)) throw error
    const line = "lines" in error && typeof error.lines === "number" ? error.lines : 1
    throw new CsvError(line, "a quote where none may be, or one that is not closed")
  }
  return records
}
