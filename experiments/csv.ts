/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { stringify } from "csv-stringify/sync"
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
    cast: { number: value => String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))) },
  })
}

/** The rows of a CSV by column, as text; quoted fields may hold commas, quotes and line feeds. */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const lines: string[][] = [[]]
  // A field, plain or quoted, and what ends it.
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== "," && end !== "") lines.push([])
  }
  const [columns = [], ...rows] = lines.filter(line => line.some(field => field !== ""))
  return rows.map(fields => Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""])))
}
