/**
 * The tables of `runs.sqlite`; `docs/results.md` explains them to external readers.
 *
 * A run is identified by its scenario, its seed and the version of the code that ran it, not by its place in a spec, so that it
 * is found again when the rest of the spec changes. `cell` and `repeat` list the runs of the current experiment; the views join
 * both.
 */
import type { DatabaseSync } from "node:sqlite"
import { MEASURES } from "../../scenarios/measure.ts"

/** Marks the file as ours (`PRAGMA application_id`): "Quor". */
export const APPLICATION_ID = 0x51756f72
/** Version of the tables (`PRAGMA user_version`). */
export const SCHEMA_VERSION = 2

const MEASURE_NAMES: readonly string[] = MEASURES.map(({ name }) => name)

const TABLES = `
CREATE TABLE IF NOT EXISTS scenario (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  algorithm TEXT NOT NULL,
  service TEXT NOT NULL,
  nodes INTEGER NOT NULL,
  definition TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS code (
  id INTEGER PRIMARY KEY,
  algorithm TEXT NOT NULL,
  version TEXT NOT NULL,
  UNIQUE (algorithm, version)
) STRICT;
CREATE TABLE IF NOT EXISTS run (
  scenario INTEGER NOT NULL REFERENCES scenario,
  code INTEGER NOT NULL REFERENCES code,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('completed', 'failed')),
  violated INTEGER NOT NULL,
  digest TEXT,
  details TEXT NOT NULL,
  checksum TEXT NOT NULL,
  ${MEASURE_NAMES.map(name => `"${name}" REAL`).join(",\n  ")},
  PRIMARY KEY (scenario, code, seed)
) STRICT;
CREATE TABLE IF NOT EXISTS cell (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  scenario INTEGER NOT NULL REFERENCES scenario,
  code INTEGER NOT NULL REFERENCES code,
  point TEXT NOT NULL,
  repeats INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS repeat (
  number INTEGER PRIMARY KEY,
  seed INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS seal (
  checksum TEXT NOT NULL
) STRICT;
`

/** Creates the tables, and adds columns for measures that the file lacks. */
export function createTables(database: DatabaseSync): void {
  database.exec(TABLES)
  for (const name of MEASURE_NAMES) addColumn(database, "run", name, "REAL")
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
}

/** Adds a column that is missing from a store of older code. */
function addColumn(database: DatabaseSync, table: string, name: string, type: string): void {
  const isThere = database.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, name) !== undefined
  if (!isThere) database.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(name)} ${type}`)
}

/** The names that become columns of views. */
export interface Vocabulary {
  /** Columns of the sweep's dimensions except `nodes`, and the dimension of each. */
  readonly dimensions: readonly { readonly column: string; readonly name: string }[]
  readonly figures: readonly string[]
  readonly checks: readonly string[]
}

/** Recreates the views: `runs` as in `runs.csv`, and `findings`, `windows` and `messages` with one row for each. */
export function createViews(database: DatabaseSync, { dimensions, figures, checks }: Vocabulary): void {
  const path = (...keys: readonly string[]): string => literal(`$${keys.map(key => `."${key}"`).join("")}`)
  const member =
    "FROM cell JOIN repeat ON repeat.number <= cell.repeats JOIN run USING (scenario, code, seed) " +
    "JOIN scenario ON scenario.id = run.scenario"
  const id = "cell.id || '/' || repeat.number AS run"
  const columns = [
    id,
    "cell.label AS algorithm",
    "scenario.service AS service",
    "scenario.nodes AS nodes",
    ...dimensions.map(({ column, name }) => `json_extract(cell.point, ${path(name)}) AS ${quoted(column)}`),
    "repeat.number AS repeat",
    "run.seed AS seed",
    "run.status AS status",
    "run.violated AS violated",
    ...MEASURE_NAMES.map(name => `run.${quoted(name)} AS ${quoted(name)}`),
    ...figures.map(name => `json_extract(run.details, ${path("figures", name)}) AS ${quoted(`figure_${name}`)}`),
    ...checks.map(name => `${verdictOf(name)} AS ${quoted(`check_${name}`)}`),
    "run.digest AS digest",
    "json_extract(run.details, '$.reason') AS reason",
  ]
  for (const view of ["runs", "findings", "windows", "messages"]) database.exec(`DROP VIEW IF EXISTS ${view}`)
  database.exec(`
CREATE VIEW runs AS SELECT ${columns.join(",\n  ")} ${member} ORDER BY cell.place, repeat.number;
CREATE VIEW findings AS SELECT ${id}, json_extract(value, '$.check') AS "check",
  json_extract(value, '$.verdict') AS verdict, json_extract(value, '$.at') / 1000.0 AS at_ms,
  json_extract(value, '$.text') AS witness ${member} JOIN json_each(run.details, '$.findings');
CREATE VIEW windows AS SELECT ${id}, json_extract(value, '$.start') / 1000.0 AS start_ms,
  json_extract(value, '$.end') / 1000.0 AS end_ms,
  CASE WHEN json_extract(value, '$.end') < json_extract(scenario.definition, '$.duration')
    THEN 'recovered' ELSE 'run ended' END AS ended,
  json_extract(value, '$.cause') AS cause
  ${member} JOIN json_each(run.details, '$.outages');
CREATE VIEW messages AS SELECT ${id}, key AS type, value AS sent ${member} JOIN json_each(run.details, '$.byType');`)
}

/** A check's verdict; a check without a finding in a completed run holds. */
function verdictOf(check: string): string {
  const found = `SELECT json_extract(value, '$.verdict') FROM json_each(run.details, '$.findings')
    WHERE json_extract(value, '$.check') = ${literal(check)}`
  return `CASE run.status WHEN 'completed' THEN coalesce((${found}), 'holds') END`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** An SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
