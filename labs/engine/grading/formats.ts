/** Writes a {@link LabReport} in the formats of grading systems, with their field names. */
import { forStudents, type LabReport, type TestFailure, type TestReport } from "./report.ts"
import { type JUnitCase, junitXml } from "../../../reports/junit.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"

/** Gradescope's `results.json`: one visible test each, with its points and its failure. */
export function gradescopeJson(whole: LabReport, seconds: number): string {
  const report = forStudents(whole)
  const { title, problems, tests } = report
  return json({
    score: report.score,
    execution_time: Number(seconds.toFixed(3)),
    output: [`${title}: ${report.score} of ${report.maxScore} points`, ...problems].join("\n"),
    output_format: "text",
    test_output_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests: tests.map(test => ({
      number: test.number,
      name: `${test.stage}: ${test.name}`,
      score: test.earned,
      max_score: test.points,
      status: test.failure === undefined ? "passed" : "failed",
      output: test.failure === undefined ? "" : failureText(test.failure),
      output_format: "text",
      tags: [test.stage],
      visibility: "visible",
    })),
    leaderboard: [{ name: "points", value: report.score, order: "desc" }],
  })
}

/** Classroom 50's `result.json` (`classroom50/result/v1`); values that only its runner knows come from the environment. */
export function classroom50Json(
  whole: LabReport,
  environment: Readonly<Record<string, string | undefined>>,
  now: Date,
): string {
  const datetime = now.toISOString()
  const report = forStudents(whole)
  return json({
    schema: "classroom50/result/v1",
    classroom: environment["CLASSROOM"] ?? "",
    assignment: environment["ASSIGNMENT"] ?? report.lab,
    ...given("assignment_type", environment["ASSIGNMENT_TYPE"]),
    ...given("owner", environment["OWNER"] ?? environment["USERNAME"]),
    submission: environment["SUBMISSION_TAG"] ?? "",
    commit: environment["COMMIT_URL"] ?? "",
    release: environment["RELEASE_URL"] ?? "",
    review: environment["REVIEW_URL"] ?? "",
    datetime,
    graded_at: datetime,
    score: report.score,
    "max-score": report.maxScore,
    tests: report.tests.map(({ number, stage, name, points, earned, failure }) => ({
      "test-name": `${number} ${name}`,
      passed: failure === undefined,
      score: earned,
      "max-score": points,
      stage,
      ...(failure === undefined ? {} : { message: failureText(failure) }),
    })),
  })
}

/** JUnit XML, one suite per stage. */
export function junitReport(reports: readonly LabReport[]): string {
  const suites = reports.map(forStudents).flatMap(report => {
    const stages = [...new Set(report.tests.map(({ stage }) => stage))]
    return stages.map(stage => ({
      name: reports.length > 1 ? `${report.submission} ${stage}` : stage,
      properties: { lab: report.lab, submission: report.submission },
      cases: report.tests.filter(test => test.stage === stage).map(test => caseOf(report, test)),
    }))
  })
  return junitXml("quorate lab grade", suites)
}

function caseOf({ lab }: LabReport, { number, stage, name, points, earned, failure, printed }: TestReport): JUnitCase {
  const properties = { points: String(points), earned: String(earned), ...seedOf(failure) }
  return {
    name: `${number} ${name}`,
    classname: `${lab}.${stage}`,
    properties,
    ...(failure === undefined
      ? {}
      : { failure: { message: failure.happened, type: "lab", text: failureText(failure) } }),
    ...(printed.length === 0 ? {} : { output: printed.join("\n") }),
  }
}

function seedOf(failure: TestFailure | undefined): Readonly<Record<string, string>> {
  return failure?.seed === undefined || failure.hidden ? {} : { seed: String(failure.seed) }
}

/** The report as a student may see it. */
export function studentJson(report: LabReport): string {
  return json(forStudents(report))
}

/** The reports themselves; they contain hidden seeds, so this is for lecturers. */
export function plainJson(reports: readonly LabReport[]): string {
  return json(reports.length === 1 ? reports[0] : reports)
}

/** The failure in two to four lines. */
export function failureText({ expected, happened, at, seed, hidden }: TestFailure): string {
  const moment = at === undefined ? "" : `at ${formatDuration(at)}`
  return [
    `expected: ${expected}`,
    `happened: ${happened}${moment === "" || happened.includes(moment) ? "" : `, ${moment}`}`,
    ...(seed === undefined || hidden ? [] : [`seed: ${seed}`]),
  ].join("\n")
}

function given(key: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [key]: value }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
