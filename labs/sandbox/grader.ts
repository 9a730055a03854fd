/**
 * The process that tests one submission: reads a job from its standard input, runs the tests here and the submission
 * in a thread behind the wall, and writes results to its fourth file descriptor.
 *
 * Every line that it writes begins with a secret drawn by its parent, which the submission's thread never sees (another
 * heap, and read before that thread starts). So even code that escaped its realm and writes to file descriptors cannot
 * forge a result: at worst it makes lines unreadable, which costs it its own points.
 *
 * A thread that no longer answers may hang inside the engine, where only the end of the process stops it: after such a
 * test this process reports so and stops working, and its parent kills it.
 */
import { readFileSync, writeSync } from "node:fs"
import type { ImplementLab, ImplementTest } from "../engine/lab.ts"
import { plainText } from "../engine/plain-text.ts"
import { labs } from "../registry.ts"
import { isOfOrders, type LabSeed, type PlacedTest, type Secret, testsOf, tryOnce } from "../engine/run.ts"
import type { LabReport, TestFailure } from "../engine/grading/report.ts"
import { gradeScheduleText, type ScheduleText } from "../engine/schedule.ts"
import type { AlgorithmOutline } from "./protocol.ts"
import { type Program, Sandbox } from "./remote.ts"
import type { Silent } from "./patience.ts"

/** The job of the process. */
export type Job = TestJob | ScheduleJob

export interface TestJob {
  readonly secret: string
  readonly lab: string
  readonly program: Program
  /** Processor time limit of one handler call. */
  readonly patienceMs?: number
  /** The tests to run, by number, and the seeds of each. */
  readonly tests: Readonly<Record<string, readonly LabSeed[]>>
}

export interface ScheduleJob {
  readonly secret: string
  readonly lab: string
  readonly schedule: ScheduleText
  readonly submission: string
  readonly seeds?: Secret
  readonly stage?: string
}

/** The messages that it sends while running. */
export type Progress =
  /** Everything that happens from now on is caused by the submission. */
  | { readonly type: "ready" }
  | { readonly type: "begin"; readonly test: string }
  | {
      readonly type: "end"
      readonly test: string
      readonly runs: number
      readonly failure?: TestFailure
      readonly printed: readonly string[]
      /** True if the submission's thread no longer answers: this process has to be killed. */
      readonly stuck: boolean
    }
  /** The submission is not an algorithm at all. */
  | { readonly type: "unfit"; readonly reason: string }
  /** The machine is too slow for the current test. */
  | { readonly type: "slow"; readonly reason: string }
  | { readonly type: "schedule"; readonly report: LabReport }
  | { readonly type: "done" }

const RESULTS = 3

/** Maximum printed lines forwarded per test. */
const MAX_LINES = 50

type Tell = (progress: Progress) => void

function gradeSchedule(job: ScheduleJob, tell: Tell): void {
  const lab = labs[job.lab]
  if (lab?.kind !== "find-bug") throw new Error(`there is no lab ${job.lab} with a schedule to write`)
  const options = {
    ...(job.seeds === undefined ? {} : { secret: job.seeds }),
    ...(job.stage === undefined ? {} : { stage: job.stage }),
  }
  tell({ type: "ready" })
  tell({ type: "schedule", report: gradeScheduleText(lab, job.schedule, job.submission, options) })
  tell({ type: "done" })
}

async function runTests(job: TestJob, tell: Tell): Promise<void> {
  const lab = labs[job.lab]
  if (lab?.kind !== "implement") throw new Error(`there is no lab ${job.lab} with an algorithm to write`)
  const sandbox = new Sandbox(job.program, job.patienceMs)
  tell({ type: "ready" })
  let outline: AlgorithmOutline
  try {
    outline = sandbox.outline()
  } catch (error) {
    const silent = await sandbox.revive()
    if (silent?.isMachines === true) return tell({ type: "slow", reason: silent.reason })
    const reason = silent?.reason ?? (error instanceof Error ? error.message : String(error))
    return tell({ type: "unfit", reason: plainText(reason) })
  }
  for (const placed of testsOf(lab)) {
    const seeds = job.tests[placed.number]
    if (seeds === undefined) continue
    tell({ type: "begin", test: placed.number })
    const progress = await runTest(lab, placed, seeds, sandbox, outline)
    tell(progress)
    if (progress.type === "slow" || progress.stuck) return
  }
  tell({ type: "done" })
  await sandbox.close()
}

async function runTest(
  lab: ImplementLab,
  { number, test }: PlacedTest,
  seeds: readonly LabSeed[],
  sandbox: Sandbox,
  outline: AlgorithmOutline,
): Promise<Progress & { readonly type: "end" | "slow" }> {
  let runs = 0
  let printed: readonly string[] = []
  sandbox.beginTest()
  for (const at of seeds) {
    runs++
    const failed = trial(lab, test, sandbox, outline, at)
    const lines = sandbox.takeLines()
    // Prints of runs with hidden seeds would reveal them.
    if (failed !== undefined || !at.hidden) printed = [...printed, ...lines].slice(0, MAX_LINES)
    if (failed === undefined) continue
    const silent = await sandbox.revive()
    if (silent?.isMachines === true) return { type: "slow", reason: silent.reason }
    const { expected, happened } = silent === undefined ? failed : accountOf(silent)
    const failure: TestFailure = {
      expected: plainText(expected),
      happened: plainText(happened),
      ...(failed.at === undefined ? {} : { at: failed.at }),
      ...at,
    }
    return { type: "end", test: number, runs, failure, printed, stuck: silent !== undefined }
  }
  return { type: "end", test: number, runs, printed, stuck: false }
}

/** Runs one seed of a test; for a test of every order of events, also checks that handlers keep to what they may know. */
function trial(lab: ImplementLab, test: ImplementTest, sandbox: Sandbox, outline: AlgorithmOutline, at: LabSeed) {
  if (!isOfOrders(test)) return tryOnce(lab, test, sandbox.algorithm(outline), at)
  const failed = tryOnce(lab, test, sandbox.steppedAlgorithm(outline), at)
  if (sandbox.isStuck || !sandbox.hasOtherMemory()) return failed
  const happened = "the same event in the same state had another result the second time"
  return { expected: "handlers that keep all that they know in node.state and on the disk", happened, ...at }
}

function accountOf({ reason }: Silent) {
  return { expected: "handlers that end, within the memory limit", happened: reason }
}

const job: Job = JSON.parse(readFileSync(0, "utf8"))
const tell: Tell = progress => {
  const bytes = Buffer.from(`${job.secret} ${JSON.stringify(progress)}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(RESULTS, bytes, at)
}
if ("schedule" in job) gradeSchedule(job, tell)
else await runTests(job, tell)
