/** `quorate results <experiment>`: shows, filters and exports the runs of an experiment. */
import { command, integerOption } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"

/** Columns that are shown unless others are asked for. */
const SHOWN = ["run", "seed", "status", "violated", "availability", "messages_per_operation", "latency_p50_ms"]
const MAX_ROWS = 20

export const results = command({
  usage: "results <experiment>",
  summary: "show, filter and export the runs of an experiment",
  positionals: {
    experiment: { type: "string", demandOption: true, describe: "its name, its folder of results, or a store of runs" },
  },
  options: {
    where: { type: "string", requiresArg: true, describe: 'only these runs, in SQL, e.g. "nodes = 5 AND violated"' },
    columns: {
      type: "string",
      requiresArg: true,
      describe: "columns, as in runs.csv, e.g. run,availability, or all",
    },
    limit: {
      type: "string",
      requiresArg: true,
      describe: `maximum number of runs (shown: ${MAX_ROWS}; exported: all)`,
      coerce: integerOption("limit", { min: 1 }),
    },
    export: { type: "string", requiresArg: true, describe: "write them to a file: .csv, .jsonl or .parquet" },
  },
  examples: [
    ["results first-comparison", "the first runs"],
    ['results first-comparison --where "availability < 0.5" --columns run,availability', "some of them"],
    ["results first-comparison --export runs.parquet", "all of them, for pandas, R or DuckDB"],
  ],
  async run({ experiment, where, columns, limit, export: file }, { out }) {
    const { existsSync } = await import("node:fs")
    const { isAbsolute, join } = await import("node:path")
    const { exportRuns, queryRuns } = await import("../../experiments/store/query.ts")
    const { StoreError } = await import("../../lib/errors.ts")
    const { alignColumns } = await import("../../reports/summary-table.ts")
    if (where?.trim() === "") throw new UsageError('--where needs a condition, e.g. "nodes = 5 AND violated"')
    if (columns?.trim() === "") throw new UsageError("--columns needs names of columns, e.g. run,availability, or all")
    const target = existsSync(experiment) || isAbsolute(experiment) ? experiment : join("results", experiment)
    const wanted = columns === "all" ? undefined : (columns?.split(",") ?? (file === undefined ? SHOWN : undefined))
    const most = limit ?? (file === undefined ? MAX_ROWS : undefined)
    const query = {
      ...(where === undefined ? {} : { where }),
      ...(wanted === undefined ? {} : { columns: wanted }),
      ...(most === undefined ? {} : { limit: most }),
    }
    try {
      if (file !== undefined) {
        const count = await queryRuns(target, query, async answer => {
          await exportRuns(answer, file)
          return answer.count
        })
        out.write(`${count} ${count === 1 ? "run" : "runs"}: ${file}\n`)
        return EXIT.ok
      }
      await queryRuns(target, query, answer => {
        const rows = [...answer.rows].map(row => row.map(value => (value === null ? "-" : written(value))))
        out.write(rows.length === 0 ? "no run is like that\n" : `${alignColumns([[...answer.columns], ...rows], 1)}\n`)
        if (rows.length === most) out.write(`... (the first ${most}; --limit shows more)\n`)
      })
      return EXIT.ok
    } catch (error) {
      throw error instanceof StoreError ? new UsageError(error.message) : error
    }
  },
})

function written(value: string | number): string {
  return typeof value === "string" || Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}
