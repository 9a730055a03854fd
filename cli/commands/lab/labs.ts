/** Shared by the lab commands: finding labs and submissions, and printing results. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import type { Lab } from "../../../labs/engine/lab.ts"
import { FolderError, type HandedIn, labNames, submissionsAt } from "../../../labs/engine/submission/folder.ts"
import { failureText } from "../../../labs/engine/grading/formats.ts"
import { labs } from "../../../labs/registry.ts"
import type { Graded } from "../../../labs/engine/grading/class.ts"
import { plainText } from "../../../labs/engine/plain-text.ts"
import { forStudents, type LabReport, type TestReport } from "../../../labs/engine/grading/report.ts"
import { UsageError } from "../../exit-codes.ts"
import { didYouMean } from "../../../lib/suggestions.ts"
import { own } from "../../../runtime/lib/own.ts"

/** The lab of that name. */
export function labNamed(name: string): Lab {
  const lab = own(labs, name)
  if (lab === undefined) {
    throw new UsageError(
      `there is no lab ${name}${didYouMean(name, Object.keys(labs)) || `; expected one of ${labNames()}`}`,
    )
  }
  return lab
}

/** The stage given by its name or its number. */
export function stageNamed(lab: Lab, written: string): string {
  const stage = lab.stages.find(({ name }, index) => name === written || String(index + 1) === written)
  if (stage !== undefined) return stage.name
  const names = lab.stages.map(({ name }, index) => `${index + 1} ${name}`)
  throw new UsageError(`there is no stage ${written} in the lab ${lab.name}; expected one of ${names.join(", ")}`)
}

/** The submissions at a path; problems with it are usage errors. */
export function findSubmissions(path: string, lab: Lab | undefined, isSingle = false): readonly HandedIn[] {
  return asUsage(() => submissionsAt(path, lab, isSingle))
}

/** Runs `act`, turning its {@link FolderError}s into usage errors. */
export function asUsage<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof FolderError) throw new UsageError(error.message)
    throw error
  }
}

/** The secret that hidden seeds depend on, from a file that must not be empty. */
export function secretIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  let text: string
  try {
    text = readFileSync(file, "utf8").trim()
  } catch {
    throw new UsageError(
      `--seed-file: ${file}: ${existsSync(file) ? "this file cannot be read" : "there is no such file"}`,
    )
  }
  if (text === "") throw new UsageError(`--seed-file: ${file}: this file is empty; write anything into it`)
  return createHash("sha256").update(text).digest("hex")
}

/** The option that grades one stage only. */
export function chosenStage(
  submissions: readonly HandedIn[],
  written: string | undefined,
): { readonly stage?: string } {
  const [first] = submissions.filter(submission => "lab" in submission)
  return written === undefined || first === undefined ? {} : { stage: stageNamed(first.lab, written) }
}

/** One submission of a class, in a line. */
export function lineOf({ report, seconds }: Graded, width: number): string {
  const lost = new Set(report.tests.flatMap(({ failure, stage }) => (failure === undefined ? [] : [stage])))
  const why = report.ungraded === undefined ? (report.problems[0] ?? [...lost].join(", ")) : "not graded"
  const score = report.ungraded === undefined ? `${report.score}/${report.maxScore}` : "-"
  return `${plainText(report.submission).padEnd(width)}  ${score.padStart(7)}  ${seconds.toFixed(1)} s  ${why}\n`
}

/**
 * A report as text: stages, tests, and for each failure the expected and the actual outcome. Autograders show it, so it has
 * only what students may see.
 */
export function reportText(whole: LabReport, after: (test: TestReport) => readonly string[] = () => []): string {
  const report = forStudents(whole)
  if (report.ungraded !== undefined) return `\n${report.title}: not graded\n`
  const lines: string[] = []
  for (const problem of report.problems) lines.push(problem)
  if (report.problems.length === 0) {
    for (const stage of new Set(report.tests.map(test => test.stage))) {
      const tests = report.tests.filter(test => test.stage === stage)
      const earned = tests.reduce((sum, test) => sum + test.earned, 0)
      const points = tests.reduce((sum, test) => sum + test.points, 0)
      lines.push("", `${stage}: ${tests[0]!.stageTitle} (${earned} of ${points} points)`)
      for (const test of tests) lines.push(...testLines(test, after(test)))
    }
  }
  lines.push("", `${report.title}: ${report.score} of ${report.maxScore} points`, "")
  return lines.join("\n")
}

function testLines(test: TestReport, more: readonly string[]): readonly string[] {
  const { number, name, points, failure, printed } = test
  const mark = failure === undefined ? "pass" : "FAIL"
  const head = `  ${mark}  ${number}  ${name} (${failure === undefined ? points : `0 of ${points}`})`
  const indent = " ".repeat(13)
  const account = failure === undefined ? [] : failureText(failure).split("\n")
  const output = failure === undefined || printed.length === 0 ? [] : ["printed:", ...printed.map(line => `  ${line}`)]
  return [head, ...[...account, ...output, ...more].map(line => indent + line)]
}
