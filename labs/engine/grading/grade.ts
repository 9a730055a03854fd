/**
 * Grades a submission: compiles it, runs its tests in a separate process, and records the results.
 *
 * What a submission cannot do, and what prevents it:
 *
 * | it tries to                          | kept from it by                                                            |
 * |--------------------------------------|----------------------------------------------------------------------------|
 * | hand in the workbench's algorithm    | "quorate" is a library of its own to it (`library.ts`)                      |
 * | bring the compiler down              | it is compiled in a process of its own (`compile.ts`)                       |
 * | forge a result, print one            | verdicts are found on the trusted side from what its handlers send          |
 * |                                      | (`sandbox/remote.ts`); its output goes nowhere; results carry a secret      |
 * | patch `Math`, `Map`, prototypes      | each boot of each node has a realm of its own; only text leaves it          |
 * | share memory between nodes           | the same; and what of the thread's own realm could be got at is frozen      |
 * | read a clock, draw chance            | a realm has none (`sandbox/language.ts`)                                   |
 * | loop for ever                        | 2 s of processor time a handler, 10,000 draws, 120 s for a test's runs      |
 * | send or schedule without end         | an event budget                                                            |
 * | fill memory                          | the thread's heap limit; here, a limit on the process (Linux)               |
 * | `process.exit`, files, children      | there is no `process` in a realm; behind that, Node's permission model      |
 * | reach the network                    | there is no such thing in a realm; behind that, modules and globals that    |
 * |                                      | open connections are taken away                                            |
 * | tell hidden seeds by its exceptions  | of runs with these, students see only what was expected                 |
 *
 * Each limit is one of processor time or of events, so that marks do not depend on what else a machine has to do. A
 * machine that gives a submission no processor time at all ends its grading with {@link Ungraded}: no mark.
 *
 * Remaining holes: Node's authors say that `vm` is no security boundary, and Node 24's permission model does not cover
 * the network. A realm has no foreign objects and no code from strings; but code that nevertheless escaped would find
 * its thread's `process`, could read the package's folder, and could try the network by means that we have overlooked.
 * Grade untrusted code in a container without a network.
 */
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { PACKAGE_ROOT } from "../../../lib/assets.ts"
import { compileApart } from "../submission/compile.ts"
import type { HandedIn } from "../submission/folder.ts"
import type { FindBugLab, ImplementLab } from "../lab.ts"
import { sandboxModule } from "../places.ts"
import { type End, startWatched } from "./process.ts"
import { notRun, reportOf, type LabReport, type TestReport } from "./report.ts"
import { hiddenSeeds, type LabSeed, type PlacedTest, publicSeeds, type Secret, testsOf, workOf } from "../run.ts"
import type { Job, Progress, ScheduleJob, TestJob } from "../../sandbox/grader.ts"
import { readScheduleFile } from "../schedule.ts"
import type { Program } from "../../sandbox/remote.ts"
import { SubmissionError } from "../submission/submission.ts"
import { Ungraded } from "./ungraded.ts"

/** The files that the process may read: this package, to load itself. */
const READABLE = join(PACKAGE_ROOT, "*")

/** The flags of Node.js for the process of a submission. */
export const GRADER_FLAGS: readonly string[] = [
  "--permission",
  "--allow-worker",
  `--allow-fs-read=${READABLE}`,
  "--disallow-code-generation-from-strings",
  "--max-old-space-size=512",
  "--no-warnings",
]

export interface GradeOptions {
  /** Adds hidden seeds that depend on it. */
  readonly secret?: Secret
  /** Runs only tests of the stage with this name. */
  readonly stage?: string
  /** The minimum number of public seeds to run: 1 up to this. */
  readonly seeds?: number
  /** Memory beyond which the submission's process is killed; default 1 GiB. Only enforced on Linux. */
  readonly memoryLimitBytes?: number
  /** Processor time limit of one handler call; default 2 s. */
  readonly patienceMs?: number
  /** Processes that share the tests of one submission; default 1. */
  readonly lanes?: number
  /** Aborts grading. */
  readonly signal?: AbortSignal
}

const MEMORY_LIMIT = 1 << 30

/** Processor time for all runs of a test, including their judging. */
const TEST_SECONDS = 240

/** Processor time for all tests of a submission; tests not run by then are skipped. */
const ALL_SECONDS = 600

/** Wall-clock time for the same, after which the machine is too slow. */
const MAX_SECONDS = 3_600

/** Attempts to run tests for which a machine had no time or no process. */
const ATTEMPTS = 3

/** Grades one student's submission. All problems with it, or with the machine, are in the report. */
export async function gradeSubmission(submission: HandedIn, options: GradeOptions = {}): Promise<LabReport> {
  if ("problem" in submission) {
    return reportOf({ name: "", title: submission.name }, submission.name, [], [submission.problem])
  }
  const { lab, file, name } = submission
  try {
    if (lab.kind === "find-bug") return await gradeScheduleApart(lab, file, name, options)
    return await gradeProgram(lab, await compileApart(file, options.signal), name, options)
  } catch (error) {
    if (error instanceof Ungraded) return { ...reportOf(lab, name, []), ungraded: error.message }
    if (!(error instanceof SubmissionError) || lab.kind === "find-bug") throw error
    const tests = chosenTests(lab, options).map(placed => notRun(outlineOf(placed), "it does not compile"))
    return reportOf(lab, name, tests, error.problems)
  }
}

/** Grades a schedule in a separate process: it may be designed to take long, or to be hard to parse. */
async function gradeScheduleApart(
  lab: FindBugLab,
  file: string,
  submission: string,
  { secret, stage, ...limits }: GradeOptions,
): Promise<LabReport> {
  const job: Omit<ScheduleJob, "secret"> = {
    lab: lab.name,
    schedule: readScheduleFile(file),
    submission,
    ...(secret === undefined ? {} : { seeds: secret }),
    ...(stage === undefined ? {} : { stage }),
  }
  for (let attempt = 1; ; attempt++) {
    let report: LabReport | undefined
    let isReady = false
    const end = await runProcess(job, limits, progress => {
      if (progress.type === "ready") isReady = true
      if (progress.type === "schedule") report = progress.report
    })
    if (report !== undefined) return report
    const reason = end.reason ?? "its process said nothing"
    if (isReady && !end.isMachines) return reportOf(lab, submission, [], [reason])
    if (attempt >= ATTEMPTS || limits.signal?.aborted === true) throw new Ungraded(reason)
  }
}

/**
 * Grades a compiled submission.
 *
 * @throws Ungraded
 */
export async function gradeProgram(
  lab: ImplementLab,
  program: Program,
  submission: string,
  options: GradeOptions = {},
): Promise<LabReport> {
  const chosen = chosenTests(lab, options)
  const account: Account = {
    job: { lab: lab.name, program, ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }) },
    options,
    reports: new Map(),
    problems: [],
    troubles: [],
    usedSeconds: 0,
  }
  await Promise.all(dealt(chosen, options.lanes ?? 1).map(tests => runTests(tests, account)))
  const { reports, problems, troubles } = account
  if (troubles.length >= ATTEMPTS) throw new Ungraded(troubles.at(-1))
  const [problem] = problems
  if (problem !== undefined) {
    for (const placed of chosen) {
      if (!reports.has(placed.number)) reports.set(placed.number, notRun(outlineOf(placed), problem))
    }
  }
  const tests = chosen.flatMap(({ number }) => reports.get(number) ?? [])
  return reportOf(lab, submission, tests, problems)
}

/** The state of one grading: everything known of a submission while its tests run. */
interface Account {
  readonly job: Omit<TestJob, "secret" | "tests">
  readonly options: GradeOptions
  /** By number of the test. */
  readonly reports: Map<string, TestReport>
  /** The reasons why the submission cannot be run at all. */
  readonly problems: string[]
  /** The failures that are the machine's fault. */
  readonly troubles: string[]
  /** Processor time used. */
  usedSeconds: number
}

/** Runs tests one after the other, restarting the process whenever it dies: each death costs one test. */
async function runTests(tests: readonly PlacedTest[], account: Account): Promise<void> {
  const { job, options, reports, problems, troubles } = account
  const remaining = (): PlacedTest[] => tests.filter(({ number }) => !reports.has(number))
  const finish = (report: TestReport): void => void reports.set(report.number, report)
  const isOver = (): boolean => problems.length > 0 || troubles.length >= ATTEMPTS || options.signal?.aborted === true
  while (remaining().length > 0 && !isOver()) {
    if (account.usedSeconds > ALL_SECONDS) {
      const why = `its other tests had taken more than ${ALL_SECONDS} s of processor time`
      for (const placed of remaining()) finish(notRun(outlineOf(placed), why))
      return
    }
    let running: PlacedTest | undefined
    let isReady = false
    const end = await runProcess({ ...job, tests: seedsOf(remaining(), options) }, options, progress => {
      if (progress.type === "ready") isReady = true
      if (progress.type === "unfit" && problems.length === 0) problems.push(progress.reason)
      if (progress.type === "begin") running = remaining().find(({ number }) => number === progress.test)
      if (progress.type !== "end" || running?.number !== progress.test) return
      finish(accountOf(running, progress))
      running = undefined
    })
    account.usedSeconds += end.usedSeconds
    if (end.reason === undefined || problems.length > 0) continue
    if (end.isMachines || !isReady) troubles.push(end.reason)
    else if (running === undefined) problems.push(end.reason)
    else finish(notRun(outlineOf(running), end.reason))
  }
}

/** Deals tests out to lanes, the longest first, each to the least loaded lane. */
function dealt(tests: readonly PlacedTest[], lanes: number): readonly (readonly PlacedTest[])[] {
  const hands = Array.from({ length: Math.min(lanes, tests.length) }, () => ({ work: 0, tests: [] as PlacedTest[] }))
  const weighed = tests.map(placed => ({ placed, work: workOf(placed.test) }))
  for (const { placed, work } of weighed.toSorted((a, b) => b.work - a.work)) {
    const hand = hands.toSorted((a, b) => a.work - b.work)[0]!
    hand.tests.push(placed)
    hand.work += work
  }
  return hands.map(hand => tests.filter(placed => hand.tests.includes(placed)))
}

function chosenTests(lab: ImplementLab, { stage }: GradeOptions): readonly PlacedTest[] {
  return testsOf(lab).filter(placed => stage === undefined || placed.stage.name === stage)
}

function seedsOf(tests: readonly PlacedTest[], { secret, seeds }: GradeOptions): Record<string, readonly LabSeed[]> {
  return Object.fromEntries(
    tests.map(({ number, test }) => {
      const hidden = secret === undefined ? [] : hiddenSeeds(test, secret)
      return [number, [...publicSeeds(test, seeds), ...hidden]]
    }),
  )
}

function outlineOf({ number, stage, test }: PlacedTest) {
  return { number, stage: stage.name, stageTitle: stage.title, name: test.name, points: test.points }
}

function accountOf(placed: PlacedTest, ended: Progress & { type: "end" }): TestReport {
  const { runs, failure, printed } = ended
  const outline = outlineOf(placed)
  if (failure === undefined) return { ...outline, earned: outline.points, runs, printed }
  return { ...outline, earned: 0, runs, printed, failure }
}

/**
 * Runs a job in a separate process.
 *
 * @param hear called with all progress
 * @returns without a reason if it completed, or had to be ended here
 */
async function runProcess(
  job: Omit<TestJob, "secret"> | Omit<ScheduleJob, "secret">,
  { memoryLimitBytes = MEMORY_LIMIT, signal }: GradeOptions,
  hear: (progress: Progress) => void,
): Promise<End> {
  const secret = randomBytes(24).toString("base64url")
  const limits = {
    processorSeconds: TEST_SECONDS,
    memoryBytes: memoryLimitBytes,
    longestSeconds: MAX_SECONDS,
    signal,
  }
  const whole: Job = { secret, ...job }
  const grader = startWatched(GRADER_FLAGS, sandboxModule("grader"), whole, limits)
  let concluded: Omit<End, "usedSeconds"> | undefined
  createInterface({ input: grader.results, crlfDelay: Infinity }).on("line", line => {
    if (concluded !== undefined || !line.startsWith(`${secret} `)) return
    const progress: Progress = JSON.parse(line.slice(secret.length + 1))
    hear(progress)
    if (progress.type === "begin") grader.begin()
    if (progress.type === "slow") concluded = { reason: progress.reason, isMachines: true }
    if (isLast(progress)) concluded = { isMachines: false }
    if (concluded !== undefined) grader.end(concluded)
  })
  const end = await grader.ended
  if (concluded !== undefined) return { ...concluded, usedSeconds: end.usedSeconds }
  return end.reason === undefined ? { ...end, reason: "its process ended too early" } : end
}

/** True if the process has nothing more to report, so that it does not matter if it hangs. */
function isLast(progress: Progress): boolean {
  return progress.type === "done" || progress.type === "unfit" || (progress.type === "end" && progress.stuck)
}
