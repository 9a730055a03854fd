/** The summary printed at the end of a sweep: the answer, figures, violations, failures, and the exit code. */
import type { CellSummary } from "../analysis/aggregate.ts"
import { type Surprises, surprisesIn } from "../analysis/surprises.ts"
import { notesOn } from "../analysis/notes.ts"
import type { Plan } from "../experiments/model/plan.ts"
import { describeImprecise } from "../analysis/precision.ts"
import type { Answer } from "./answer/finding.ts"
import type { ShrunkViolation } from "../debugger/shrink/task.ts"
import { type Room, summaryTable, summaryTables } from "./summary-table.ts"
import type { Failure, Troubles, Violation } from "../analysis/troubles.ts"

export interface Summary {
  readonly experiment: string
  readonly question: string
  /** The results folder, and its files, most useful first. */
  readonly outDir: string
  readonly files: readonly string[]
  readonly runs: {
    readonly total: number
    readonly completed: number
    readonly failed: number
    /** Completed runs in which a check was violated, or undecided. */
    readonly violated: number
    readonly undecided: number
    /** Runs resumed from an interrupted sweep. */
    readonly resumed: number
  }
  /** The first violations, at most `MAX_TROUBLES`. */
  readonly violations: readonly Violation[]
  readonly failures: readonly Failure[]
  /** Each kind of violation or failure as its smallest scenario. */
  readonly shrunk: readonly ShrunkViolation[]
  readonly cells: readonly CellSummary[]
  /** The answer to the question, and the sentences metric by metric. */
  readonly answer: Answer
  /** Notes to read before comparing the figures: unequal conditions, points with little data or without a steady state. */
  readonly notes: readonly string[]
  /** The violations compared with the expected ones; undefined if none are expected. */
  readonly surprises?: Surprises
  /** 0: fine, or as expected; 1: a check was violated, or an expected violation is missing; 3: an algorithm failed. */
  readonly exitCode: 0 | 1 | 3
  /** The figures as a table for a terminal, and that table in all its widths. */
  table(room?: Room): string
  tables(): readonly string[]
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
    readonly answer?: Answer
    readonly shrunk?: readonly ShrunkViolation[]
  },
): Summary {
  const total = (count: (cell: CellSummary) => number): number => cells.reduce((sum, cell) => sum + count(cell), 0)
  const imprecise = describeImprecise(plan, cells)
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
    answer: results.answer ?? { lead: [], parts: [] },
    notes: [...notesOn(plan, cells), ...(imprecise === "" ? [] : [`${upperFirst(imprecise)}.`])],
    ...(expect === undefined ? {} : { surprises }),
    exitCode: failures.length > 0 ? 3 : isSurprising ? 1 : 0,
    table: room => summaryTable(plan, cells, room),
    tables: () => summaryTables(plan, cells),
  }
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
