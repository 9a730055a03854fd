/** Writes what grading found to files, in the formats asked for. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { toCsv } from "../../../experiments/store/csv.ts"
import type { Graded } from "../../../labs/engine/grading/class.ts"
import type { HandedIn } from "../../../labs/engine/submission/folder.ts"
import {
  classroom50Json,
  gradescopeJson,
  junitReport,
  plainJson,
  studentJson,
} from "../../../labs/engine/grading/formats.ts"
import type { Stage } from "../../../labs/engine/lab.ts"
import { plainText } from "../../../labs/engine/plain-text.ts"
import { UsageError } from "../../exit-codes.ts"

/** The files to write; absent ones are not written. */
export interface ResultFiles {
  readonly json?: string | undefined
  readonly junit?: string | undefined
  readonly gradescope?: string | undefined
  readonly classroom50?: string | undefined
  readonly out?: string | undefined
}

/** A submission without a mark gets no results, except in `--json`: no system may mistake its 0 for a mark. */
export function writeSingle(graded: Graded, files: ResultFiles): void {
  const { report, seconds } = graded
  writeFile(files.json, () => plainJson([report]))
  if (report.ungraded !== undefined) return
  writeFile(files.junit, () => junitReport([report]))
  writeFile(files.gradescope, () => gradescopeJson(report, seconds))
  writeFile(files.classroom50, () => classroom50Json(report, process.env, new Date()))
  if (files.out === undefined) return
  const folder = new ClassFolder([graded.submission], files.out)
  folder.add(graded)
  folder.finish()
}

/** Checks that a class can be written as asked for, before it is graded. */
export function checkClassFiles(files: ResultFiles): void {
  for (const format of ["gradescope", "classroom50"] as const) {
    if (files[format] !== undefined) throw new UsageError(`--${format} is for one submission; use --out for a class`)
  }
}

export function writeClass(graded: readonly Graded[], files: ResultFiles): void {
  const reports = graded.map(({ report }) => report)
  writeFile(files.json, () => plainJson(reports))
  writeFile(files.junit, () => junitReport(reports.filter(({ ungraded }) => ungraded === undefined)))
}

/**
 * The folder of a class: `scores.csv`, and for every student a folder with all formats. Each student's results are written
 * as soon as they are available, so later failures do not lose them.
 */
export class ClassFolder {
  readonly #submissions: readonly HandedIn[]
  readonly #out: string
  readonly #stages: readonly string[]
  readonly #rows = new Map<HandedIn, readonly (string | number)[]>()

  constructor(submissions: readonly HandedIn[], out: string) {
    const stages = submissions.flatMap((submission): readonly Stage[] =>
      "lab" in submission ? submission.lab.stages : [],
    )
    this.#submissions = submissions
    this.#out = out
    this.#stages = [...new Set(stages.map(({ name }) => name))]
    writeFile(this.#scores, () => this.#csv([]))
  }

  add({ submission, report, seconds }: Graded): void {
    const row = this.#rowOf(report)
    this.#rows.set(submission, row)
    const line = this.#csv([row]).slice(this.#csv([]).length)
    writing(this.#scores, () => appendFileSync(this.#scores, line))
    const folder = join(this.#out, folderOf(report.submission))
    writeFile(join(folder, "report.json"), () => studentJson(report))
    if (report.ungraded !== undefined) return
    writeFile(join(folder, "gradescope.json"), () => gradescopeJson(report, seconds))
    writeFile(join(folder, "report.xml"), () => junitReport([report]))
  }

  /** Sorts the scores in the order of the submissions. */
  finish(): void {
    writeFile(this.#scores, () => this.#csv(this.#submissions.flatMap(one => [this.#rows.get(one) ?? []])))
  }

  get #scores(): string {
    return join(this.#out, SCORES)
  }

  #rowOf({
    submission,
    lab,
    score,
    maxScore,
    tests,
    problems,
    ungraded,
  }: Graded["report"]): readonly (string | number)[] {
    const pointsOf = (stage: string): number =>
      tests.reduce((sum, test) => (test.stage === stage ? sum + test.earned : sum), 0)
    if (ungraded !== undefined) {
      return [plainText(submission), lab, "", "", ...this.#stages.map(() => ""), `not graded: ${ungraded}`]
    }
    return [plainText(submission), lab, score, maxScore, ...this.#stages.map(pointsOf), problems[0] ?? ""]
  }

  #csv(rows: readonly (readonly (string | number)[])[]): string {
    const columns = ["submission", "lab", "score", "max", ...this.#stages, "problem"]
    return [...toCsv({ columns, rows: rows.filter(row => row.length > 0) })].join("")
  }
}

const SCORES = "scores.csv"

/** The folder name of a student, which must not collide with the scores file. */
function folderOf(name: string): string {
  return name.toLowerCase() === SCORES ? `${name}.student` : name
}

function writeFile(path: string | undefined, text: () => string): void {
  if (path === undefined) return
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text())
  })
}

function writing(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    throw new UsageError(`${path}: this file cannot be written (${code})`)
  }
}
