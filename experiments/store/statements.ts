/** The SQL statements of a store that add and read runs. */
import { MEASURES } from "../../scenarios/measure.ts"
import { quoted } from "./schema.ts"

/** Columns of a run besides its key, in the order in which they are written and read. */
export const COLUMNS = [
  "status",
  "violated",
  "digest",
  "details",
  "checksum",
  ...MEASURES.map(({ name }) => quoted(name)),
]

/** Inserts a run unless it exists: scenario, code, seed, and the columns. */
export const INSERT = `INSERT INTO run (scenario, code, seed, ${COLUMNS.join(", ")})
  VALUES (?, ?, ?, ${COLUMNS.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`

/** The name of the run of a seed, scenario and code in its cell. */
export const NAME = `SELECT cell.id || '/' || repeat.number AS run FROM cell LEFT JOIN repeat ON repeat.seed = ?
  WHERE cell.scenario = ? AND cell.code = ? ORDER BY cell.place LIMIT 1`

export const CHECKSUM = "SELECT checksum FROM run WHERE scenario = ? AND code = ? AND seed = ?"

const OF_CELL = `FROM repeat CROSS JOIN run ON run.scenario = ? AND run.code = ? AND run.seed = repeat.seed
  WHERE repeat.number <= ?`
/** A cell's runs, by its scenario, code and number of runs: seed and columns. */
export const SELECT = `SELECT run.seed, ${COLUMNS.join(", ")} ${OF_CELL} ORDER BY repeat.number`
/** The numbers of a cell's stored runs. */
export const REPEATS_DONE = `SELECT repeat.number ${OF_CELL}`

/** The number of stored runs of all cells, of those that failed, and of those that violated a check. */
export const TALLY = `SELECT count(*) AS done, coalesce(sum(status = 'failed'), 0) AS failed,
  coalesce(sum(violated), 0) AS violated FROM cell JOIN repeat ON repeat.number <= cell.repeats
  JOIN run USING (scenario, code, seed)`
