/** Tables as CSV (RFC 4180 with bare line feeds): the same bytes for the same values. */
import { stringify } from "csv-stringify/sync"
import type { Table } from "./tables.ts"

/** More digits than any measurement has, and fewer than show the rounding of binary fractions. */
const DIGITS = 12

/** A table as CSV; an empty field means that there is no value. */
export function toCsv({ columns, rows }: Table): string {
  return stringify([columns, ...rows], {
    record_delimiter: "\n",
    cast: { number: value => String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))) },
  })
}
