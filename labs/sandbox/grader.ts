/**
 * The process that tests one submission: reads a job from its standard input, runs the tests here and the submission
 * in a thread behind the wall, and writes results to its fourth file descriptor.
 *
 * Every line it writes begins with a secret that its parent drew and that the submission's thread never sees (another
 * heap, and read before that thread is started). So even code that broke out of its realm, and writes to file
 * descriptors, cannot write a result: at worst it makes lines unreadable, which costs it its own points.
 */
import { readFileSync, writeSync } from "node:fs"
import type { ImplementLab } from "../lab.ts"
import { labs } from "../registry.ts"
import { type LabSeed, type PlacedTest, testsOf, tryOnce } from "../run.ts"
import type { TestFailure } from "../report.ts"
import type { AlgorithmOutline } from "./protocol.ts"
import { type Program, Sandbox } from "./remote.ts"

/** What the process is to do. */
export interface Job {
  readonly secret: string
  readonly lab: string
  readonly program: Program
  /** How long one handler may take. */
  readonly patienceMs?: number
  /** The tests to run, by number, and the seeds of each. */
  readonly tests: Readonly<Record<string, readonly LabSeed[]>>
}

/** What it says meanwhile. */
export type Progress =
  | { readonly type: "begin"; readonly test: string }
  | {
      readonly type: "end"
      readonly test: string
      readonly runs: number
      readonly failure?: TestFailure
      readonly printed: readonly string[]
      /** The submission's thread had to be ended. */
      readonly stuck: boolean
    }
  /** The submission is no algorithm at all. */
  | { readonly type: "unfit"; readonly reason: string }
  | { readonly type: "done" }

const RESULTS = 3

/** Printed lines that are passed on for one test. */
const MOST_LINES = 50

async function work(job: Job): Promise<void> {
  const tell = (progress: Progress): void => void writeSync(RESULTS, `${job.secret} ${JSON.stringify(progress)}\n`)
  const lab = labs[job.lab]
  if (lab?.kind !== "implement") throw new Error(`there is no lab ${job.lab} with an algorithm to write`)
  const sandbox = new Sandbox(job.program, job.patienceMs)
  let outline: AlgorithmOutline
  try {
    outline = sandbox.outline()
  } catch (error) {
    const silent = await sandbox.revive()
    tell({ type: "unfit", reason: silent ?? (error instanceof Error ? error.message : String(error)) })
    await sandbox.close()
    return
  }
  for (const placed of testsOf(lab)) {
    const seeds = job.tests[placed.number]
    if (seeds === undefined) continue
    tell({ type: "begin", test: placed.number })
    tell(await runTest(lab, placed, seeds, sandbox, outline))
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
): Promise<Progress> {
  let runs = 0
  for (const at of seeds) {
    runs++
    const failed = tryOnce(lab, test, sandbox.algorithm(outline), at)
    if (failed === undefined) continue
    const silent = await sandbox.revive()
    const { expected, happened, at: time, seed, hidden } = failed
    const failure: TestFailure = {
      expected: silent === undefined ? expected : "handlers that come to an end",
      happened: silent === undefined ? happened : `${silent} (${happened})`,
      ...(time === undefined ? {} : { at: time }),
      seed,
      hidden,
    }
    const printed = sandbox.takeLines().slice(0, MOST_LINES)
    return { type: "end", test: number, runs, failure, printed, stuck: silent !== undefined }
  }
  return { type: "end", test: number, runs, printed: sandbox.takeLines().slice(0, MOST_LINES), stuck: false }
}

await work(JSON.parse(readFileSync(0, "utf8")))
