/** Hunts with a live line until something is found, a limit is reached, or the user stops it; and reports the outcome. */
import { writeFileSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { readCorpus, writeCorpus } from "../../../hunting/corpus.ts"
import type { Quarry } from "../../../hunting/courses/swarm.ts"
import { Hunt, type Prey, runnable } from "../../../hunting/hunt.ts"
import type { Run } from "../../../hunting/runs/draw.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import type { Registry } from "../../../scenarios/cell.ts"
import { scenarioText } from "../../../scenarios/scenario-file.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { watchOutside } from "../../terminal/sentry.ts"
import { fold } from "../../terminal/table.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { counted } from "../check/explore.ts"

export interface Pursuit {
  /** Real time, in milliseconds. */
  readonly timeMs: number
  readonly runs: number
  /** Processor time that a run may take, in milliseconds. */
  readonly limitMs: number
  readonly seed: number
  readonly corpus: string | undefined
  /** The scenario file of what is found. */
  readonly file: string
  readonly json: boolean
  readonly outside: readonly string[]
}

const REDRAW_MS = 100

/** @returns the exit code */
export async function pursue(
  quarries: readonly Quarry[],
  registry: Registry,
  pursuit: Pursuit,
  terminal: Terminal,
): Promise<number> {
  const { seed, limitMs, outside, file } = pursuit
  let current = quarries[0]!
  let made: Run | undefined
  const name = (): string => `${current.algorithm.name}, ${current.service.name}`
  const sentry = await watchOutside(outside, limitMs, name, () => keepEndless(made, file, registry, outside))
  const hunts = quarries.map(
    quarry =>
      new Hunt(quarry, seed, run => {
        current = quarry
        made = run
        sentry.beat()
      }),
  )
  try {
    return await follow(hunts, quarries, registry, pursuit, terminal)
  } finally {
    sentry.release()
  }
}

/** Keeps a run that does not end. @returns how to replay it; empty for a course without time */
function keepEndless(run: Run | undefined, file: string, registry: Registry, outside: readonly string[]): string {
  if (run === undefined) return ""
  const title = `${run.scenario.algorithm.title}: a handler that does not return`
  try {
    writeFileSync(file, scenarioText(runnable(run, title), registry))
  } catch (error) {
    return `${file} cannot be written: ${whyNotWritten(file, error)}`
  }
  return `${file}: quorate replay ${file}${modulesIn(outside)}`
}

/** @returns the exit code */
async function follow(
  hunts: readonly Hunt[],
  quarries: readonly Quarry[],
  registry: Registry,
  pursuit: Pursuit,
  terminal: Terminal,
): Promise<number> {
  const { corpus, file } = pursuit
  const kept = corpus === undefined ? [] : readCorpus(corpus, registry)
  let prey: Prey | undefined
  for (const [at, hunt] of hunts.entries()) {
    const { algorithm, service } = quarries[at]!
    const own = kept.filter(
      ({ scenario }) => scenario.algorithm.name === algorithm.name && scenario.service.name === service.name,
    )
    prey ??= hunt.resume(own)
  }
  const { found, isInterrupted } = prey === undefined ? await chase(hunts, pursuit, terminal) : { found: prey }
  const runs = hunts.flatMap(hunt => hunt.corpus)
  if (corpus !== undefined) writeCorpus(corpus, runs, registry)
  if (found !== undefined) await keep(found, file, registry)
  const result = { hunts, found, kept: runs.length }
  if (pursuit.json) terminal.out.write(`${JSON.stringify(asData(result, quarries, pursuit), undefined, 2)}\n`)
  else terminal.out.write(`${inWords(result, quarries, pursuit, terminal.out.columns).join("\n")}\n`)
  if (found !== undefined) return found.check === null ? EXIT.algorithmFailed : EXIT.violated
  return isInterrupted === true ? EXIT.interrupted : EXIT.ok
}

interface Outcome {
  readonly hunts: readonly Hunt[]
  readonly found: Prey | undefined
  /** The number of runs in the corpus. */
  readonly kept: number
}

async function chase(hunts: readonly Hunt[], { timeMs, runs }: Pursuit, terminal: Terminal) {
  let isInterrupted = false
  const ignore = terminal.onInterrupt(() => {
    isInterrupted = true
  })
  const begun = performance.now()
  let drawn = begun
  let found: Prey | undefined
  try {
    for (let turn = 0; found === undefined; turn++) {
      const now = performance.now()
      if (isInterrupted || now - begun > timeMs || sumOf(hunts).runs >= runs) break
      found = hunts[turn % hunts.length]!.advance()
      if (now - drawn < REDRAW_MS) continue
      drawn = now
      if (terminal.err.isTerminal) terminal.err.redraw(lineOf(hunts, now - begun).slice(0, terminal.err.columns - 1))
      // Ctrl-C is handled only while nothing runs.
      await new Promise(resolve => setImmediate(resolve))
    }
  } finally {
    ignore()
    if (terminal.err.isTerminal) terminal.err.redraw("")
  }
  return { found, isInterrupted }
}

function sumOf(hunts: readonly Hunt[]) {
  const sum = (of: (hunt: Hunt) => number): number => hunts.reduce((total, hunt) => total + of(hunt), 0)
  return {
    runs: sum(({ tries }) => tries.runs),
    walks: sum(({ tries }) => tries.walks),
    states: sum(({ tries }) => tries.states),
    marks: sum(hunt => hunt.marks),
  }
}

function lineOf(hunts: readonly Hunt[], elapsedMs: number): string {
  const { runs, walks, states, marks } = sumOf(hunts)
  const rate = Math.round((1_000 * runs) / Math.max(1, elapsedMs))
  return `${counted(runs)} runs (${rate}/s), ${counted(walks)} walks, ${counted(states)} states, ${counted(marks)} marks`
}

async function keep({ run }: Prey, file: string, registry: Registry): Promise<void> {
  try {
    await writeFile(file, scenarioText(run, registry))
  } catch (error) {
    throw new UsageError(`--out: ${file} cannot be written: ${whyNotWritten(file, error)}`)
  }
}

function inWords({ hunts, found, kept }: Outcome, quarries: readonly Quarry[], pursuit: Pursuit, columns: number) {
  const { runs, walks, states, marks } = sumOf(hunts)
  const names = quarries.map(({ algorithm, service }) => `${algorithm.name}, ${service.name}`)
  const done = `${counted(runs)} runs, ${counted(walks)} walks and ${counted(states)} states, ${counted(marks)} marks met`
  const corpus = pursuit.corpus === undefined ? [] : [`${pursuit.corpus}: ${counted(kept)} runs that meet them all`]
  if (found === undefined) return [...names, ...fold(`nothing is violated: ${done}`, columns), ...corpus]
  const what = found.check === null ? "the algorithm fails" : `${found.check} is VIOLATED`
  const how = found.steps === undefined ? `a run with seed ${found.run.seed}` : `${found.steps} steps`
  const modules = modulesIn(pursuit.outside)
  const { file } = pursuit
  return [
    ...fold(
      `${found.run.scenario.algorithm}, ${found.run.scenario.service}: ${what} in ${how}: ${found.witness}`,
      columns,
    ),
    `  (${done})`,
    ...corpus,
    `${file}: quorate replay ${file}${modules}, or quorate trace ${file}${modules}`,
  ]
}

function modulesIn(outside: readonly string[]): string {
  return outside.map(module => ` --algorithms ${module}`).join("")
}

function asData({ hunts, found, kept }: Outcome, quarries: readonly Quarry[], { file, seed }: Pursuit): object {
  const verdict = found === undefined ? "nothing found" : found.check === null ? "failed" : "violated"
  const hunted = quarries.map(({ algorithm, service }) => ({ algorithm: algorithm.name, service: service.name }))
  return {
    verdict,
    seed,
    hunted,
    ...sumOf(hunts),
    corpus: kept,
    ...(found === undefined
      ? {}
      : { violation: { check: found.check, witness: found.witness, steps: found.steps ?? null, file } }),
  }
}
