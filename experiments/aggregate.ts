/** From the records of runs to one summary a cell, and to paired differences between algorithms. */
import type { Cell } from "./cell.ts"
import type { MeasureName, RunRecord } from "./measure.ts"
import { COMPARED, METRICS, valueOf } from "./metrics.ts"
import { type Estimate, mean, proportion, ratio } from "./statistics.ts"

/** The estimate of every metric of one cell. */
export interface CellSummary {
  readonly cell: Cell
  /** Runs in all, and those in which the algorithm failed. */
  readonly runs: number
  readonly failed: number
  /** Completed runs in which a check was violated, or could not be decided. */
  readonly violated: number
  readonly undecided: number
  /** The share of completed runs in which a check was violated. */
  readonly shareViolated: Estimate | null
  readonly metrics: Readonly<Partial<Record<MeasureName, Estimate | null>>>
  /** The service's figures. */
  readonly figures: Readonly<Record<string, Estimate | null>>
  /** Messages of each type per successful operation. */
  readonly byType: Readonly<Record<string, Estimate | null>>
}

/** What the algorithm and the service of a cell call their message types and figures. */
export interface Vocabulary {
  readonly messageTypes: readonly string[]
  readonly figures: readonly string[]
}

export function summarize(cell: Cell, records: readonly RunRecord[], vocabulary: Vocabulary): CellSummary {
  const completed = records.filter(record => record.status === "completed")
  const having = (verdict: "violated" | "undecided"): number =>
    completed.filter(({ findings }) => findings.some(finding => finding.verdict === verdict)).length
  return {
    cell,
    runs: records.length,
    failed: records.length - completed.length,
    violated: having("violated"),
    undecided: having("undecided"),
    shareViolated: proportion(having("violated"), completed.length),
    metrics: Object.fromEntries(METRICS.map(metric => [metric.name, metric.estimate(completed)])),
    figures: Object.fromEntries(
      vocabulary.figures.map((name, index) => [name, mean(completed.flatMap(({ figures }) => figures[index] ?? []))]),
    ),
    byType: Object.fromEntries(
      vocabulary.messageTypes.map((type, index) => [
        type,
        ratio(completed.map(run => ({ above: run.byType[index] ?? 0, below: valueOf(run, "ok") ?? 0 }))),
      ]),
    ),
  }
}

/** How two algorithms differ at one point of the sweep: the first less the second, run by run. */
export interface Difference {
  readonly first: Cell
  readonly second: Cell
  readonly metric: MeasureName
  readonly estimate: Estimate
}

/** A cell with its records, in the order of the repeats. */
export interface CellRecords {
  readonly cell: Cell
  readonly records: readonly RunRecord[]
}

/**
 * Paired differences of every two algorithms that offer the same service at the same point.
 *
 * Run k has the same seed in both cells, hence the same faults and link delays: what both suffer alike cancels out, and
 * the interval of the difference is narrower than the two intervals suggest.
 */
export function differencesOf(cells: readonly CellRecords[]): readonly Difference[] {
  const points = new Map<string, CellRecords[]>()
  for (const entry of cells) {
    const point = entry.cell.id.slice(entry.cell.variant.key.length)
    const side = points.get(point)
    if (side === undefined) points.set(point, [entry])
    else side.push(entry)
  }
  return [...points.values()].flatMap(side =>
    side.flatMap((first, index) =>
      side
        .slice(index + 1)
        .filter(second => second.cell.variant.service === first.cell.variant.service)
        .flatMap(second => COMPARED.flatMap(metric => differenceOf(first, second, metric))),
    ),
  )
}

function differenceOf(first: CellRecords, second: CellRecords, metric: MeasureName): readonly Difference[] {
  const differences = first.records.flatMap((record, k) => {
    const other = second.records[k]
    if (record.status === "failed" || other === undefined || other.status === "failed") return []
    const [a, b] = [valueOf(record, metric), valueOf(other, metric)]
    return a === null || b === null ? [] : [a - b]
  })
  const estimate = mean(differences)
  return estimate === null ? [] : [{ first: first.cell, second: second.cell, metric, estimate }]
}
