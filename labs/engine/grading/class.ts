/** Grades many submissions, several at a time. */
import { type GradeOptions, gradeSubmission } from "./grade.ts"
import type { HandedIn } from "../submission/folder.ts"
import type { LabReport } from "./report.ts"

/** More lanes than jobs for a few submissions, since nobody knows beforehand which tests take long. */
const LANES_A_JOB = 2

/** The report on one submission, and the time that grading took. */
export interface Graded {
  readonly submission: HandedIn
  readonly report: LabReport
  readonly seconds: number
}

/**
 * Grades submissions, `jobs` of them at a time. One that hangs or dies does not affect the others.
 *
 * @returns in the order of the submissions; without those skipped by an interruption
 */
export async function gradeAll(
  submissions: readonly HandedIn[],
  jobs: number,
  options: GradeOptions,
  onGraded: (graded: Graded) => void = () => {},
): Promise<readonly Graded[]> {
  const lanes = Math.max(1, Math.floor((LANES_A_JOB * jobs) / submissions.length))
  const results = new Map<HandedIn, Graded>()
  const waiting = submissions.values()
  const isOver = (): boolean => options.signal?.aborted === true
  const work = async (): Promise<void> => {
    for (const submission of waiting) {
      if (isOver()) return
      const begun = performance.now()
      const report = await gradeSubmission(submission, { ...options, lanes })
      if (isOver()) return
      const graded = { submission, report, seconds: (performance.now() - begun) / 1_000 }
      results.set(submission, graded)
      onGraded(graded)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return submissions.flatMap(submission => results.get(submission) ?? [])
}
