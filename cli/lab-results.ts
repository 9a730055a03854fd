/** Writes what grading found to files, in the formats asked for. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { toCsv } from "../experiments/csv.ts"
import type { Graded } from "../labs/class.ts"
import { classroom50Json, gradescopeJson, junitReport, plainJson } from "../labs/formats.ts"
import { UsageError } from "./exit-codes.ts"

/** Where to write what; what is absent is not written. */
export interface ResultFiles {
  readonly json?: string | undefined
  readonly junit?: string | undefined
  readonly gradescope?: string | undefined
  readonly classroom50?: string | undefined
  readonly out?: string | undefined
}

export function writeSingle(graded: Graded, files: ResultFiles): void {
  const { report, seconds } = graded
  writeFile(files.json, () => plainJson([report]))
  writeFile(files.junit, () => junitReport([report]))
  writeFile(files.gradescope, () => gradescopeJson(report, seconds))
  writeFile(files.classroom50, () => classroom50Json(report, process.env, new Date()))
  if (files.out !== undefined) writeFolder([graded], files.out)
}

export function writeClass(graded: readonly Graded[], files: ResultFiles): void {
  for (const format of ["gradescope", "classroom50"] as const) {
    if (files[format] !== undefined) throw new UsageError(`--${format} is for one submission; use --out for a class`)
  }
  const reports = graded.map(({ report }) => report)
  writeFile(files.json, () => plainJson(reports))
  writeFile(files.junit, () => junitReport(reports))
  if (files.out !== undefined) writeFolder(graded, files.out)
}

/** `scores.csv`, and for every student a folder with all formats. */
function writeFolder(graded: readonly Graded[], out: string): void {
  for (const { report, seconds } of graded) {
    const folder = join(out, report.submission)
    writeFile(join(folder, "report.json"), () => plainJson([report]))
    writeFile(join(folder, "gradescope.json"), () => gradescopeJson(report, seconds))
    writeFile(join(folder, "report.xml"), () => junitReport([report]))
  }
  const stages = [...new Set(graded.flatMap(({ report }) => report.tests.map(({ stage }) => stage)))]
  const rows = graded.map(({ report }) => [
    report.submission,
    report.lab,
    report.score,
    report.maxScore,
    ...stages.map(stage => report.tests.reduce((sum, test) => (test.stage === stage ? sum + test.earned : sum), 0)),
    report.problems[0] ?? "",
  ])
  writeFile(join(out, "scores.csv"), () =>
    [...toCsv({ columns: ["submission", "lab", "score", "max", ...stages, "problem"], rows })].join(""),
  )
}

function writeFile(path: string | undefined, text: () => string): void {
  if (path === undefined) return
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text())
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    throw new UsageError(`${path}: this file cannot be written (${code})`)
  }
}
