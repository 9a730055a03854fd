/** Round-trip times between the regions of cloud providers, as measured; see regions/README.md for their source. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { REGIONS } from "../lib/assets.ts"

export interface RegionTable {
  /** `aws-2020`, `gcp`, ... */
  readonly name: string
  readonly regions: readonly string[]
  /** Milliseconds from the row's region to the column's and back. */
  readonly roundTrips: readonly (readonly number[])[]
}

let tables: readonly RegionTable[] | undefined

/** All tables, by name. Read once. */
export function regionTables(): readonly RegionTable[] {
  tables ??= readdirSync(REGIONS)
    .filter(file => file.endsWith(".csv"))
    .toSorted()
    .map(file => readTable(file.replace(/\.csv$/, ""), readFileSync(join(REGIONS, file), "utf8")))
  return tables
}

function readTable(name: string, text: string): RegionTable {
  const [header = [], ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map(line => line.split(","))
  return { name, regions: header.slice(1), roundTrips: rows.map(row => row.slice(1).map(Number)) }
}
