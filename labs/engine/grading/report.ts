/** The report on a submission: plain data, from which every output format is written. */
import type { Micros } from "../../../runtime/contract/units.ts"

export interface LabReport {
  readonly lab: string
  readonly title: string
  /** The path of the graded file or folder, as given. */
  readonly submission: string
  readonly score: number
  readonly maxScore: number
  /** Why nothing could be run, one line each: for example, it does not compile. */
  readonly problems: readonly string[]
  /** Why there is no mark although the machine rather than the submission is to blame. It has to be graded again. */
  readonly ungraded?: string
  readonly tests: readonly TestReport[]
}

export interface TestReport {
  /** `2.1`: the first test of the second stage. */
  readonly number: string
  readonly stage: string
  readonly stageTitle: string
  readonly name: string
  readonly points: number
  readonly earned: number
  /** Runs made; the first failure ends a test. */
  readonly runs: number
  readonly failure?: TestFailure
  /** The lines that the submission printed meanwhile, truncated. */
  readonly printed: readonly string[]
}

export interface TestFailure {
  readonly expected: string
  readonly happened: string
  /** Virtual time, in microseconds. */
  readonly at?: Micros
  /** The seed of the run; absent if no run was made. */
  readonly seed?: number
  /** The number from which the scenario was drawn, if that is not the seed. */
  readonly variation?: number
  /** True if students must not learn the seed. */
  readonly hidden: boolean
}

/** A test that could not be run, or not completely. */
export function notRun(
  test: Pick<TestReport, "number" | "stage" | "stageTitle" | "name" | "points">,
  happened: string,
): TestReport {
  return {
    ...test,
    earned: 0,
    runs: 0,
    printed: [],
    failure: { expected: "a submission that can be run", happened, hidden: false },
  }
}

export function reportOf(
  lab: { readonly name: string; readonly title: string },
  submission: string,
  tests: readonly TestReport[],
  problems: readonly string[] = [],
): LabReport {
  return {
    lab: lab.name,
    title: lab.title,
    submission,
    score: tests.reduce((sum, { earned }) => sum + earned, 0),
    maxScore: tests.reduce((sum, { points }) => sum + points, 0),
    problems,
    tests,
  }
}

/** The text that replaces a failure shown only by a hidden seed. */
const WITHHELD = "fails with a hidden seed (try more seeds: quorate lab test --seeds 100)"

/**
 * The report as students may see it. For a run with a hidden seed it shows the failure and the expectation; what
 * happened and when is withheld, together with everything printed, since that could reveal the seed.
 */
export function forStudents(report: LabReport): LabReport {
  const tests = report.tests.map((test): TestReport => {
    const { failure } = test
    if (failure?.hidden !== true) return test
    return { ...test, printed: [], failure: { expected: failure.expected, happened: WITHHELD, hidden: true } }
  })
  return { ...report, tests }
}
