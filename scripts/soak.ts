/**
 * Runs the tests' random runs for a given time or number: all algorithms in turn, under every fault that they claim to
 * survive, one new seed after another, on all cores. Each violation is printed with its seed and the command that runs it
 * again; so is each rare situation that a storm should have met and did not.
 *
 *     npm run soak -- --minutes 10 --seed 1 --only raft
 *     npm run soak -- --runs 1000000
 *     npm run soak -- --only raft/storm --replay 4711
 *     npm run soak -- --only raft --only paxos --exactly --runs 20000
 *
 * `--only raft` means all ways in which Raft is used; with `--exactly`, names mean what they say.
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { Piscina } from "piscina"
import { Tally } from "../test/support/marks.ts"
import { SOAK_RUNS, SOMETIMES } from "../test/support/safety.ts"
import type { Block, BlockResult } from "./soak-worker.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runs: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    workers: { type: "string", default: String(availableParallelism()) },
    only: { type: "string", multiple: true },
    exactly: { type: "boolean", default: false },
    replay: { type: "string" },
  },
})

/** The number of seeds that a worker runs before it reports. */
const BLOCK = 50

/** The number of seeds after which a storm must have met all its rare situations. */
const MANY_SEEDS = 1_000

const { only, exactly } = values
const names = Object.keys(SOAK_RUNS).filter(name => only === undefined || only.some(asked => isMeant(name, asked)))
const unknown = only?.find(asked => !names.some(name => isMeant(name, asked)))
if (unknown !== undefined) fail(`--only: found ${unknown}, expected one of ${Object.keys(SOAK_RUNS).join(", ")}`)

const first = wholeNumber("seed", values.replay ?? values.seed)
if (values.replay === undefined) await soak(Math.max(1, wholeNumber("workers", values.workers)))
else replay(names.some(isNamed) ? names.filter(isNamed) : names)

function isMeant(name: string, asked: string): boolean {
  return name === asked || (!exactly && name.startsWith(`${asked}/`))
}

function isNamed(name: string): boolean {
  return only?.includes(name) ?? false
}

function replay(chosen: readonly string[]): void {
  for (const name of chosen) {
    for (const violation of SOAK_RUNS[name]!(first)) {
      console.log(`${name}, seed ${first}: ${violation}`)
      process.exitCode = 1
    }
  }
}

async function soak(workers: number): Promise<void> {
  const start = performance.now()
  const minutes = number("minutes", values.minutes)
  const seeds = values.runs === undefined ? Infinity : Math.ceil(wholeNumber("runs", values.runs) / names.length)
  const howLong = values.runs === undefined ? `for ${minutes} min` : `${seeds} of each`
  console.log(`seeds from ${first} on, ${howLong}, ${workers} at once: ${names.join(", ")}`)
  const deadline = values.runs === undefined ? start + minutes * 60_000 : Infinity
  const totals: Totals = { runs: 0, violated: 0, tallies: new Map(names.map(name => [name, new Tally()])) }
  const filename = new URL("./soak-worker.ts", import.meta.url).href
  const pool = new Piscina<Block, BlockResult>({ filename, minThreads: workers, maxThreads: workers })
  const blocks = blocksOf(seeds)
  const lane = async (): Promise<void> => {
    for (const block of blocks) {
      record(block, await pool.run(block), totals)
      if (performance.now() >= deadline) return
    }
  }
  await Promise.all(Array.from({ length: workers }, lane))
  await pool.destroy()
  conclude(totals, (performance.now() - start) / 1_000)
}

/** Blocks of seeds, alternating between all kinds of runs. */
function* blocksOf(seeds: number): Generator<Block, undefined> {
  for (let seed = first; seed < first + seeds; seed += BLOCK) {
    for (const name of names) yield { name, first: seed, end: Math.min(seed + BLOCK, first + seeds) }
  }
}

interface Totals {
  runs: number
  violated: number
  readonly tallies: ReadonlyMap<string, Tally>
}

function record(block: Block, { violated, met }: BlockResult, totals: Totals): void {
  totals.runs += block.end - block.first
  totals.violated += violated.length
  for (const [mark, times] of met) totals.tallies.get(block.name)?.add(mark, times)
  for (const { seed, found } of violated) {
    for (const violation of found) console.log(`${block.name}, seed ${seed}: ${violation}`)
    console.log(`  again: npm run soak -- --only ${block.name} --replay ${seed}`)
  }
}

function conclude({ runs, violated, tallies }: Totals, seconds: number): void {
  const isLong = runs >= MANY_SEEDS * names.length
  const missing = isLong ? names.map(name => tallies.get(name)!.missing(SOMETIMES[name] ?? [])) : []
  for (const [index, marks] of missing.entries()) {
    for (const mark of marks) console.log(`${names[index]}: never met: ${mark}`)
  }
  const speed = `${seconds.toFixed(1)} s, ${Math.round(runs / seconds)} runs/s`
  console.log(`${runs} runs in ${speed}: ${violated === 0 ? "nothing was wrong" : `${violated} with violations`}`)
  process.exitCode = violated > 0 || missing.some(marks => marks.length > 0) ? 1 : 0
}

function wholeNumber(option: string, text: string): number {
  const value = number(option, text)
  return Number.isSafeInteger(value) ? value : fail(`--${option}: found ${text}, expected a whole number`)
}

function number(option: string, text: string): number {
  const value = Number(text)
  return text.trim() !== "" && value >= 0 ? value : fail(`--${option}: found ${text}, expected a number from 0 on`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
