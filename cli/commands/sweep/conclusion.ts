/** The conclusion of a sweep: printed for a person, or as events for other programs. */
import { plainText } from "../../../reports/answer/answer-json.ts"
import type { Finding } from "../../../reports/answer/finding.ts"
import { type RankingTable, rankingTables } from "../../../reports/answer/ranking-table.ts"
import type { Summary } from "../../../reports/summary.ts"
import { alignColumns, fitting } from "../../../reports/summary-table.ts"
import { describeShrinking } from "../../../debugger/shrink/describe.ts"
import { fold, foldIndented } from "../../terminal/table.ts"
import type { Output } from "../../terminal/terminal.ts"
import { writeEvent } from "./progress-display.ts"

/** The maximal number of violations and failures shown in full; the rest are counted, and listed in the result files. */
const MAX_SHOWN = 5

/** Everything printed at the end of a sweep, as plain data. */
export interface Conclusion
  extends Pick<
    Summary,
    "experiment" | "question" | "outDir" | "files" | "runs" | "violations" | "failures" | "exitCode"
  > {
  /** The sentences that answer the question, and their rankings as tables. */
  readonly answer: readonly string[]
  readonly rankings: readonly RankingTable[]
  /** The figures of the cells, in all widths of the table. */
  readonly tables: readonly string[]
  /** True if all violations are those that the experiment expects. */
  readonly isExpected: boolean
  /** Lines about surprises, differences, and what was violated or failed. */
  readonly findings: readonly string[]
}

export function conclusionOf(summary: Summary): Conclusion {
  const { experiment, question, outDir, files, runs, violations, failures, exitCode, answer, surprises } = summary
  return {
    experiment,
    question,
    outDir,
    files,
    runs,
    violations,
    failures,
    exitCode,
    answer: answer.lead.map(({ sentence }) => plainText(sentence)),
    rankings: rankingTables(answer),
    tables: summary.tables(),
    isExpected: surprises?.unexpected.length === 0,
    findings: [
      ...describeSurprises(summary),
      ...summary.notes,
      ...describeDifferences(summary),
      ...describeShrunk(summary),
      ...describeViolations(summary),
      ...describeFailures(summary),
    ],
  }
}

/** Prints a conclusion, in words or as events. @returns the exit code */
export function printConclusion(conclusion: Conclusion, json: boolean, out: Output): number {
  const { exitCode } = conclusion
  if (!json) {
    out.write(inWords(conclusion, out.isTerminal ? out.columns : Infinity))
    return exitCode
  }
  for (const violation of conclusion.violations) writeEvent(out, "violation", violation)
  for (const failure of conclusion.failures) writeEvent(out, "failure", failure)
  const { experiment, answer, outDir, files, runs } = conclusion
  writeEvent(out, "done", { experiment, answer, outDir, files, runs, exitCode })
  return exitCode
}

/** A conclusion on lines of at most `columns` characters, except for commands to copy. */
function inWords(conclusion: Conclusion, columns: number): string {
  const { question, answer, rankings, tables, runs, isExpected, outDir, files } = conclusion
  const resumed = runs.resumed > 0 ? ` (${runs.resumed} already stored)` : ""
  const checks = `${runs.total} ${runs.total === 1 ? "run" : "runs"}${resumed}: ${describeChecks(runs, isExpected)}`
  return [
    ...fold(question, columns),
    ...answer.flatMap(sentence => fold(sentence, columns)),
    "",
    ...rankings.map(ranking => `${describeRanking(ranking, columns)}\n`),
    `${fitting(tables, columns)}\n`,
    ...[checks, ...conclusion.findings].flatMap(line =>
      /^ *quorate /.test(line) ? [line] : foldIndented(line, columns),
    ),
    `Report, charts and tables: ${[outDir, files[0]].join("/")}\n`,
  ].join("\n")
}

/** A ranking as a table, without intervals if there is no room; its criterion is in the sentence above. */
function describeRanking({ header, rows, words }: RankingTable, columns: number): string {
  const lines = [header, ...rows].map(row => row.map(plainText))
  const table = alignColumns(lines, words)
  if (table.indexOf("\n") <= columns) return table
  return alignColumns(
    lines.map(row => row.map(text => text.replace(/ \[.*\]$/, ""))),
    words,
  )
}

/** @param isExpected violations are those that the experiment expects */
export function describeChecks({ failed, violated, undecided }: Summary["runs"], isExpected = false): string {
  const troubles = [
    violated > 0 ? `a check was violated in ${violated}${isExpected ? ", as expected" : ""}` : "no check was violated",
    undecided > 0 ? `undecided in ${undecided}` : "",
    failed > 0 ? `the algorithm failed in ${failed}` : "",
  ]
  return troubles.filter(Boolean).join(", ")
}

/** Violations that the experiment does not expect, and expected ones that did not occur. */
function describeSurprises({ surprises }: Summary): string[] {
  if (surprises === undefined) return []
  const unexpected = surprises.unexpected.map(
    ({ symptom, run: { cell }, runs }) =>
      `not expected: ${symptom} violated by ${cell.variant.label}, in ${runs} ${runs === 1 ? "run" : "runs"}`,
  )
  return [...unexpected, ...surprises.missing.map(check => `expected: ${check} violated, and no run shows it`)]
}

/** The pair and metric of a comparison; `undefined` for other findings. */
function pairOf(finding: Finding): string | undefined {
  return finding.kind === "comparison" ? [finding.metric, finding.first, finding.second].join("\n") : undefined
}

/** The differences between algorithms, in the words of the report. */
function describeDifferences({ answer: { lead, parts } }: Summary): string[] {
  const told = new Set(lead.map(({ finding }) => pairOf(finding)))
  const lines = parts.flatMap(({ title, told: all }) =>
    all.flatMap(({ sentence, finding }) => {
      const pair = pairOf(finding)
      return pair === undefined || told.has(pair) ? [] : [`  ${title}: ${plainText(sentence)}`]
    }),
  )
  if (lines.length === 0) return []
  return [
    "Differences, paired run by run (shown: p < 0.05, adjusted by Holm's method):",
    ...lines.slice(0, MAX_SHOWN),
    ...more(lines.length, "of them", "summary.json"),
  ]
}

/** Each kind of violation once, as the smallest scenario that shows it. */
function describeShrunk({ shrunk }: Summary): string[] {
  return shrunk.flatMap(({ symptom, label, runs, run: from, shrunk: { symptom: seen, ...sizes }, commands }) => [
    `${seen.kind}: ${symptom} by ${label}, in ${runs} ${runs === 1 ? "run" : "runs"}`,
    `  ${seen.text}`,
    `  shrunk from ${from} to ${describeShrinking(sizes)}:`,
    ...sizes.changes.map(line => `  ${line}`),
    ...commands.map(line => `  ${line}`),
  ])
}

/** The violating runs one by one, if none could be shrunk. */
function describeViolations({ violations, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "violated")) return []
  const shown = violations.slice(0, MAX_SHOWN).flatMap(({ run: id, check, at, witness, replay }) => {
    return [`violated: ${check} in ${id} at ${at / 1_000_000} s`, `  ${witness}`, `  ${replay}`]
  })
  return [...shown, ...more(violations.length, "violations", "findings.csv")]
}

/** The maximal number of events shown before a failure. */
const MAX_BEFORE = 3

function describeFailures({ failures, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "failed")) return []
  const shown = failures.slice(0, MAX_SHOWN).flatMap(({ run: id, seed, reason, event, before, state, replay }) => {
    const earlier = before.slice(-MAX_BEFORE).map(past => `  before: ${past}`)
    const where = [...earlier, event === "" ? "" : `  ${event}`, state === "" ? "" : `  state ${state}`].filter(Boolean)
    return [`failed: ${id} (seed ${seed}): ${reason}`, ...where, `  ${replay}`]
  })
  return [...shown, ...more(failures.length, "failures", "runs.csv")]
}

function more(count: number, what: string, file: string): string[] {
  return count > MAX_SHOWN ? [`... and ${count - MAX_SHOWN} more ${what}, see ${file}`] : []
}
