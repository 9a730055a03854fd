/** Carries out the checks of a target one after the other, and reports them. */
import { writeFileSync } from "node:fs"
import { LIMIT_MS } from "../../../experiments/run/prepare.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { fold } from "../../terminal/table.ts"
import { watchOutside } from "../../terminal/sentry.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { explore, type Limits } from "./explore.ts"
import type { CheckOptions } from "./prepare.ts"
import { asData, asJUnit } from "./report-data.ts"
import { exitCodeOf, inWords, type Judged, judge } from "./report.ts"
import { type Targets, targetsOf } from "./targets.ts"

export interface RunOptions extends CheckOptions {
  readonly search?: Limits["search"] | undefined
  readonly liveness?: boolean | undefined
  readonly symmetry?: boolean | undefined
  readonly workers?: number | undefined
  readonly seed?: number | undefined
  readonly walks?: number | undefined
  readonly states?: number | undefined
  readonly depth?: number | undefined
  readonly memory?: number | undefined
  readonly time?: number | undefined
  readonly checkpoint?: string | undefined
  /** Processor time that a handler may take, in milliseconds. */
  readonly limit?: number | undefined
  readonly out?: string | undefined
  readonly json?: boolean | undefined
  readonly junit?: string | undefined
}

const MEMORY = 2 * 2 ** 30
const WALKS = 10_000
const STATES = 20_000_000
const STATES_OF_SPEC = 200_000

/** @returns the exit code @throws UsageError, AlgorithmError */
export async function runChecks(options: RunOptions, terminal: Terminal): Promise<number> {
  const targets = await targetsOf(options, terminal)
  if (options.liveness === true && [...targets.requests.values()].some(({ clock }) => clock !== undefined)) {
    throw new UsageError("--liveness cannot be combined with a clock")
  }
  const { requests, left, outside, isSpec } = targets
  const limits = limitsOf(options, isSpec)
  const { json = false, out = "counterexample.json" } = options
  if (!json)
    for (const line of left) terminal.out.write(`${fold(`left out: ${line}`, terminal.out.columns).join("\n")}\n`)
  const done: Judged[] = []
  let at = ""
  const sentry = await watchOutside(outside, options.limit ?? LIMIT_MS, () => at)
  for (const [name, request] of requests) {
    at = name
    sentry.beat()
    const explored = await explore(request, limits, terminal, outside, sentry.beat)
    const file = isSpec ? fileOf(out, name) : out
    const judged = await judge({ name, request, explored, file, outside })
    done.push(judged)
    if (!json) terminal.out.write(`${inWords(judged, terminal.out.columns).join("\n")}\n`)
    if (explored.stoppedBy === "interrupt") break
  }
  sentry.release()
  if (json) terminal.out.write(`${JSON.stringify(dataOf(targets, done), undefined, 2)}\n`)
  if (options.junit !== undefined) writeReport(options.junit, asJUnit(options.target, done))
  if (done.some(({ explored }) => explored.stoppedBy === "interrupt")) return EXIT.interrupted
  return Math.max(...done.map(exitCodeOf))
}

function limitsOf(options: RunOptions, isSpec: boolean): Limits {
  const { checkpoint } = options
  if (checkpoint !== undefined) {
    if (isSpec) throw new UsageError("--checkpoint: a spec has several checks; name the algorithm")
    const other = options.search === "random" ? "--search random" : options.liveness === true ? "--liveness" : undefined
    if (other !== undefined) throw new UsageError(`--checkpoint cannot be combined with ${other}`)
  }
  const { symmetry = false, workers = 1 } = options
  if (symmetry && options.liveness === true) throw new UsageError("--symmetry cannot be combined with --liveness")
  if (symmetry && options.search === "random")
    throw new UsageError("--symmetry cannot be combined with --search random")
  const lone = whyAlone(options)
  if (workers > 1 && lone !== undefined) throw new UsageError(`--workers cannot be combined with ${lone}`)
  const { liveness = false, search = "breadth", seed = 1, time: timeMs, memory: memoryBytes = MEMORY, depth } = options
  const { walks = timeMs === undefined ? WALKS : Infinity, states = isSpec ? STATES_OF_SPEC : STATES } = options
  return {
    search,
    liveness,
    symmetry,
    workers,
    seed,
    walks,
    states,
    memoryBytes,
    timeMs,
    checkpoint,
    ...(depth === undefined ? {} : { depth }),
  }
}

/** The option that rules out further threads, if any. */
function whyAlone({ search, liveness, checkpoint }: RunOptions): string | undefined {
  if (search === "depth" || search === "random") return `--search ${search}`
  if (liveness === true) return "--liveness"
  return checkpoint === undefined ? undefined : "--checkpoint"
}

function dataOf({ isSpec, left }: Targets, done: readonly Judged[]): object {
  if (!isSpec) return asData(done[0]!)
  return { checks: done.map(judged => ({ name: judged.name, ...asData(judged) })), leftOut: left }
}

/** The file for one of several algorithms of a spec. */
function fileOf(out: string, name: string): string {
  return `${out.replace(/\.json$/, "")}-${name}.json`
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UsageError(`--junit: ${file} cannot be written: ${whyNotWritten(file, error)}`)
  }
}
