/**
 * Runs the random runs of the tests for as long as there is time, or as many as are asked for: every algorithm in its
 * turn, under all that it claims to survive, one new seed after another, on all cores. Each violation is printed with its
 * seed and the command that runs it again; so is each rare situation that a storm should have met and did not.
 *
 *     npm run soak -- --minutes 10 --seed 1 --only raft
 *     npm run soak -- --runs 1000000
 *     npm run soak -- --only raft/storm --replay 4711
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Tally } from "../test/support/marks.ts"
import { SAFETY_RUNS, SOMETIMES } from "../test/support/safety.ts"
import type { Report, Share } from "./soak-worker.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runs: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    workers: { type: "string", default: String(availableParallelism()) },
    only: { type: "string" },
    replay: { type: "string" },
  },
})

/** After so many seeds a storm must have met all that it should. */
const MANY_SEEDS = 1_000

const { only } = values
const names = Object.keys(SAFETY_RUNS).filter(
  name => only === undefined || name === only || name.startsWith(`${only}/`),
)
if (names.length === 0) fail(`--only: found ${only}, expected one of ${Object.keys(SAFETY_RUNS).join(", ")}`)

const first = numberIn("seed", values.replay ?? values.seed)
if (values.replay === undefined) await soak()
else process.exitCode = names.flatMap(name => replay(name, first)).length > 0 ? 1 : 0

function replay(name: string, seed: number): readonly string[] {
  const found = SAFETY_RUNS[name]!(seed)
  for (const violation of found) console.log(`${name}, seed ${seed}: ${violation}`)
  return found
}

async function soak(): Promise<void> {
  const workers = Math.max(1, numberIn("workers", values.workers))
  const seeds = values.runs === undefined ? Infinity : Math.ceil(numberIn("runs", values.runs) / names.length)
  const minutes = values.runs === undefined ? numberIn("minutes", values.minutes) : Infinity
  const howLong = values.runs === undefined ? `for ${minutes} min` : `${seeds} of them`
  console.log(`seeds from ${first} on, ${howLong}, ${workers} at once: ${names.join(", ")}`)
  const start = performance.now()
  const totals = { runs: 0, violated: 0, tallies: new Map(names.map(name => [name, new Tally()])) }
  const shares = Array.from({ length: workers }, (_, index): Share => {
    return { names, first: first + index, step: workers, end: first + seeds, minutes }
  })
  await Promise.all(shares.map(share => work(share, totals)))
  const seconds = (performance.now() - start) / 1_000
  const missing = totals.runs < MANY_SEEDS * names.length ? [] : names.flatMap(name => neverMet(name, totals))
  for (const line of missing) console.log(line)
  const violated = totals.violated === 0 ? "no" : totals.violated
  const speed = `${seconds.toFixed(1)} s, ${Math.round(totals.runs / seconds)} runs/s`
  console.log(
    `${totals.runs} runs, ${Math.ceil(totals.runs / names.length)} seeds each, in ${speed}: ${violated} with violations`,
  )
  process.exitCode = totals.violated > 0 || missing.length > 0 ? 1 : 0
}

interface Totals {
  runs: number
  violated: number
  readonly tallies: ReadonlyMap<string, Tally>
}

/** Has a worker run its share. */
function work(share: Share, totals: Totals): Promise<void> {
  const worker = new Worker(new URL("./soak-worker.ts", import.meta.url), { workerData: share })
  return new Promise((resolve, reject) => {
    worker.on("message", (report: Report) => record(report, totals))
    worker.on("error", reject)
    worker.on("exit", () => resolve())
  })
}

function record(report: Report, totals: Totals): void {
  if (report.type === "violated") {
    totals.violated++
    const { name, seed, found } = report
    for (const violation of found) console.log(`${name}, seed ${seed}: ${violation}`)
    console.log(`  again: npm run soak -- --only ${name} --replay ${seed}`)
    return
  }
  totals.runs += report.runs
  for (const [name, marks] of report.met) {
    for (const [mark, times] of marks) totals.tallies.get(name)?.add(mark, times)
  }
}

function neverMet(name: string, { tallies }: Totals): readonly string[] {
  const missing = tallies.get(name)?.missing(SOMETIMES[name] ?? []) ?? []
  return missing.map(mark => `${name}: never met: ${mark}`)
}

function numberIn(option: string, text: string): number {
  const value = Number(text)
  const mustBeWhole = option !== "minutes"
  if (text.trim() === "" || !(value >= 0) || (mustBeWhole && !Number.isSafeInteger(value))) {
    fail(`--${option}: found ${text}, expected ${mustBeWhole ? "a whole number" : "a number"} from 0 on`)
  }
  return value
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
