/**
 * Grades a submission: compiles it, has its tests run in a process of its own, and keeps account of what comes back.
 *
 * What a submission cannot do, and by what it is kept from it:
 *
 * | it tries to                          | kept from it by                                                            |
 * |--------------------------------------|----------------------------------------------------------------------------|
 * | forge a result, print one            | verdicts are found on the trusted side from what its handlers send          |
 * |                                      | (`sandbox/remote.ts`); its output goes nowhere; results carry a secret      |
 * | patch `Math`, `Map`, prototypes      | each boot of each node has a realm of its own; only text leaves it          |
 * | share memory between nodes           | the same                                                                   |
 * | loop for ever                        | patience of 4 s a handler; its thread is ended and the next test goes on    |
 * | send or schedule without end         | an event budget                                                            |
 * | fill memory                          | the thread's heap limit; here, a limit on the process (Linux)               |
 * | `process.exit`, files, children      | there is no `process` in a realm; behind that, Node's permission model      |
 * | reach the network                    | there is no such thing in a realm; behind that, modules and globals that    |
 * |                                      | open connections are taken away                                            |
 *
 * What is not closed: Node's `vm` is no security boundary by its makers' word, and Node 24's permission model does not
 * cover the network. Code that broke out of its realm, in spite of there being no object to do it by and no code from
 * strings, would find its thread's `process`, could read what the package's folder holds, and could try the network by
 * means that we did not think of. For strangers' code, grade in a container without a network.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { PACKAGE_ROOT } from "../experiments/assets.ts"
import type { Submission } from "./folder.ts"
import type { ImplementLab } from "./lab.ts"
import { GRADER } from "./places.ts"
import { notRun, reportOf, type LabReport, type TestReport } from "./report.ts"
import { hiddenSeeds, type LabSeed, type PlacedTest, publicSeeds, testsOf, workOf } from "./run.ts"
import type { Job, Progress } from "./sandbox/grader.ts"
import { gradeSchedule } from "./schedule.ts"
import type { Program } from "./sandbox/remote.ts"
import { compileSubmission, SubmissionError } from "./submission.ts"

/** What the process may read: this package, to load itself. */
const READABLE = join(PACKAGE_ROOT, "*")

/** How Node.js is started for the process of a submission. */
export const GRADER_FLAGS: readonly string[] = [
  "--permission",
  "--allow-worker",
  `--allow-fs-read=${READABLE}`,
  "--disallow-code-generation-from-strings",
  "--max-old-space-size=512",
  "--no-warnings",
]

export interface GradeOptions {
  /** Adds hidden seeds, which depend on this number. */
  readonly secret?: number
  /** Only tests of the stage with this name. */
  readonly stage?: string
  /** The submission's process is ended after this time; default 120 s. */
  readonly timeLimitMs?: number
  /** The submission's process is ended when it uses more memory; default 1 GiB. Only looked after on Linux. */
  readonly memoryLimitBytes?: number
  /** How long one handler may take; default 4 s. */
  readonly patienceMs?: number
  /** Processes that share the tests of one submission; default 1. */
  readonly lanes?: number
  /** Ends everything. */
  readonly signal?: AbortSignal
}

const TIME_LIMIT_MS = 120_000
const MEMORY_LIMIT = 1 << 30
const PAGE = 4_096
const WATCH_MS = 100

/** Handlers that did not come to an end, and processes that died: after so many of them, the rest is not run. */
const MOST_DEATHS = 4

/** Grades what one student handed in. */
export async function gradeSubmission(submission: Submission, options: GradeOptions = {}): Promise<LabReport> {
  const { lab, file, name } = submission
  if (lab.kind === "find-bug") return gradeSchedule(lab, file, name, options)
  try {
    return await gradeProgram(lab, await compileSubmission(file), name, options)
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error
    const tests = chosenTests(lab, options).map(placed => notRun(outlineOf(placed), "it does not compile"))
    return reportOf(lab, name, tests, error.problems)
  }
}

/** Grades a compiled submission. */
export async function gradeProgram(
  lab: ImplementLab,
  program: Program,
  submission: string,
  options: GradeOptions = {},
): Promise<LabReport> {
  const chosen = chosenTests(lab, options)
  const account: Account = {
    job: { lab: lab.name, program, ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }) },
    limits: { ...options, deadline: performance.now() + (options.timeLimitMs ?? TIME_LIMIT_MS) },
    reports: new Map(),
    problems: [],
    deaths: 0,
  }
  await Promise.all(dealt(chosen, options.lanes ?? 1).map(tests => runTests(tests, account)))
  const { reports, problems } = account
  const [problem] = problems
  if (problem !== undefined) {
    for (const placed of chosen) {
      if (!reports.has(placed.number)) reports.set(placed.number, notRun(outlineOf(placed), problem))
    }
  }
  const tests = chosen.flatMap(({ number }) => reports.get(number) ?? [])
  return reportOf(lab, submission, tests, problems)
}

/** What becomes known of one submission while its tests are run. */
interface Account {
  readonly job: Omit<Job, "secret" | "tests">
  readonly limits: Limits
  /** By number of the test. */
  readonly reports: Map<string, TestReport>
  readonly problems: string[]
  /** Handlers that did not come to an end, and processes that died. */
  deaths: number
}

/** Runs tests one after the other, in as many processes as die of them. */
async function runTests(tests: readonly PlacedTest[], account: Account): Promise<void> {
  const { job, limits, reports, problems } = account
  const remaining = (): PlacedTest[] => tests.filter(({ number }) => !reports.has(number))
  const finish = (report: TestReport): void => void reports.set(report.number, report)
  while (remaining().length > 0 && problems.length === 0 && limits.signal?.aborted !== true) {
    const { deaths } = account
    if (deaths >= MOST_DEATHS || performance.now() >= limits.deadline) {
      const why = deaths >= MOST_DEATHS ? `it had got stuck or died ${deaths} times before` : "there was no time left"
      for (const placed of remaining()) finish(notRun(outlineOf(placed), why))
      break
    }
    let running: PlacedTest | undefined
    const end = await runProcess({ ...job, tests: seedsOf(remaining(), limits) }, limits, progress => {
      if (progress.type === "unfit" && problems.length === 0) problems.push(progress.reason)
      if (progress.type === "begin") running = remaining().find(({ number }) => number === progress.test)
      if (progress.type !== "end" || running?.number !== progress.test) return
      finish(accountOf(running, progress))
      running = undefined
      if (progress.stuck) account.deaths++
      return account.deaths < MOST_DEATHS
    })
    if (end === undefined || problems.length > 0) continue
    account.deaths++
    if (running !== undefined) finish(notRun(outlineOf(running), end))
    else if (account.deaths >= MOST_DEATHS && reports.size === 0) problems.push(end)
  }
}

/** Deals tests out to so many lanes, the longest first, each to the lane that has least to do. */
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

function seedsOf(tests: readonly PlacedTest[], { secret }: GradeOptions): Record<string, readonly LabSeed[]> {
  return Object.fromEntries(
    tests.map(({ number, test }) => {
      const hidden = secret === undefined ? [] : hiddenSeeds(test, secret)
      return [number, [...publicSeeds(test), ...hidden]]
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

interface Limits extends GradeOptions {
  readonly deadline: number
}

/**
 * Runs the tests in a process of its own.
 *
 * @param hear told of all progress; may answer false to end the process
 * @returns nothing if it ended well, or in words why it did not
 */
async function runProcess(
  job: Omit<Job, "secret">,
  limits: Limits,
  hear: (progress: Progress) => boolean | void,
): Promise<string | undefined> {
  const secret = randomBytes(24).toString("base64url")
  const child = startGrader()
  let done = false
  let ended: string | undefined
  const end = (reason: string): void => {
    ended ??= reason
    child.kill("SIGKILL")
  }
  const exited = new Promise<string>(settle => {
    child.once("error", error => settle(error.message))
    child.once("close", (code, signal) => settle(`its process ended by itself (${signal ?? `exit code ${code}`})`))
  })
  const watch = setInterval(() => {
    if (performance.now() > limits.deadline) end("its time was up")
    const limit = limits.memoryLimitBytes ?? MEMORY_LIMIT
    if (memoryOf(child) > limit) end(`it needs more than ${Math.round(limit / (1 << 20))} MB of memory`)
    if (limits.signal?.aborted === true) end("interrupted")
  }, WATCH_MS)

  let complaint = ""
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 4_000)
  })
  const lines = createInterface({ input: asReadable(child.stdio[3]), crlfDelay: Infinity })
  lines.on("line", line => {
    if (!line.startsWith(`${secret} `)) return
    const progress: Progress = JSON.parse(line.slice(secret.length + 1))
    if (progress.type === "done" || progress.type === "unfit") done = true
    if (hear(progress) === false) end("it got stuck too often")
  })
  child.stdin!.on("error", () => {})
  child.stdin!.end(JSON.stringify({ secret, ...job } satisfies Job))
  const reason = await exited
  clearInterval(watch)
  if (done) return undefined
  return ended ?? `${reason}${complaint === "" ? "" : `: ${complaint.trim().split("\n")[0]}`}`
}

function startGrader(): ChildProcess {
  return spawn(process.execPath, [...GRADER_FLAGS, GRADER], { env: {}, stdio: ["pipe", "ignore", "pipe", "pipe"] })
}

function asReadable(stream: unknown): Readable {
  if (typeof stream === "object" && stream !== null && "read" in stream) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- "pipe" in `stdio` makes it one
    return stream as Readable
  }
  throw new Error("a pipe was asked for")
}

/** Bytes of memory that a process holds; 0 where nobody says. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE
  } catch {
    return 0
  }
}
