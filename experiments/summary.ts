/** What is told at the end of a sweep: figures, violations, failures, and the exit code. */
import type { CellSummary } from "./aggregate.ts"
import { describeDifference, type Difference, isShown } from "./comparisons.ts"
import { shortName } from "./charts/words.ts"
import { type Surprises, surprisesIn } from "./expectation.ts"
import type { MeasureName } from "./measure.ts"
import type { Plan } from "./plan.ts"
import type { ShrunkViolation } from "./shrink/task.ts"
import { type Room, summaryTable } from "./summary-table.ts"
import type { Failure, Troubles, Violation } from "./troubles.ts"

export interface Summary {
  readonly experiment: string
  readonly question: string
  /** The folder with the results, and the files in it, most useful first. */
  readonly outDir: string
  readonly files: readonly string[]
  readonly runs: {
    readonly total: number
    readonly completed: number
    readonly failed: number
    /** Completed runs in which a check was violated, or could not be decided. */
    readonly violated: number
    readonly undecided: number
    /** Runs taken over from an interrupted sweep. */
    readonly resumed: number
  }
  /** The first of them, `MOST_TROUBLES` at most. */
  readonly violations: readonly Violation[]
  readonly failures: readonly Failure[]
  /** Each kind of violation or failure as the smallest scenario that shows it. */
  readonly shrunk: readonly ShrunkViolation[]
  readonly cells: readonly CellSummary[]
  /** Differences between algorithms that the runs show, in words; the most telling metrics first. */
  readonly differences: readonly string[]
  /** What was violated beside what the experiment expects; undefined if it expects nothing. */
  readonly surprises?: Surprises
  /** 0 fine, or what was expected; 1 a check was violated, or not that which should be; 3 an algorithm failed. */
  readonly exitCode: 0 | 1 | 3
  /** The figures as a table for a terminal. */
  table(room?: Room): string
}

/** @param files the files written, most useful first */
export function summaryOf(
  plan: Plan,
  cells: readonly CellSummary[],
  { violations, failures, kinds }: Troubles,
  results: {
    readonly outDir: string
    readonly files: readonly string[]
    readonly resumed: number
    readonly differences?: readonly Difference[]
    readonly shrunk?: readonly ShrunkViolation[]
  },
): Summary {
  const total = (count: (cell: CellSummary) => number): number => cells.reduce((sum, cell) => sum + count(cell), 0)
  const failed = total(cell => cell.failed)
  const { expect } = plan.experiment
  const surprises = surprisesIn(kinds, expect)
  const isSurprising = surprises.unexpected.length > 0 || surprises.missing.length > 0
  return {
    experiment: plan.experiment.name,
    question: plan.experiment.question,
    outDir: results.outDir,
    files: results.files,
    runs: {
      total: total(cell => cell.runs),
      completed: total(cell => cell.runs) - failed,
      failed,
      violated: total(cell => cell.violated),
      undecided: total(cell => cell.undecided),
      resumed: results.resumed,
    },
    violations,
    failures,
    shrunk: results.shrunk ?? [],
    cells,
    differences: differencesInWords(plan, results.differences ?? []),
    ...(expect === undefined ? {} : { surprises }),
    exitCode: failures.length > 0 ? 3 : isSurprising ? 1 : 0,
    table: room => summaryTable(plan, cells, room),
  }
}

/** Metrics whose differences are told at the end of a sweep, in this order; all others are in comparisons.csv. */
const TOLD: Readonly<Partial<Record<MeasureName, string>>> = {
  availability: "availability",
  messages_per_operation: "cost",
  latency_p50_ms: "median latency",
}

function differencesInWords(plan: Plan, differences: readonly Difference[]): readonly string[] {
  return Object.entries(TOLD).flatMap(([metric, title]) =>
    differences
      .filter(difference => difference.metric === metric && isShown(difference))
      .map(difference => {
        const point = plan.experiment.dimensions.map(
          ({ name }) => `${shortName(name)} = ${difference.first.point[name]?.text ?? ""}`,
        )
        const at = point.length === 0 ? "" : ` at ${point.join(", ")}`
        return `${title}${at}: ${describeDifference(difference)}`
      }),
  )
}
