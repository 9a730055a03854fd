/**
 * Runs the randomized safety runs of the tests for as long as there is time: every algorithm in its turn, under all
 * that it claims to survive, one new seed after another. Each violation is printed with its seed and the command that
 * runs it again.
 *
 *     npm run soak -- --minutes 10 --seed 1 --only raft
 *     npm run soak -- --only raft --replay 4711
 */
import { parseArgs } from "node:util"
import { SAFETY_RUNS, type SafetyRun } from "../test/support/safety.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string" },
    replay: { type: "string" },
  },
})

const { only } = values
const chosen = Object.entries(SAFETY_RUNS).filter(
  ([name]) => only === undefined || name === only || name.startsWith(`${only}/`),
)
if (chosen.length === 0) fail(`--only: found ${only}, expected one of ${Object.keys(SAFETY_RUNS).join(", ")}`)

const first = numberIn("seed", values.replay ?? values.seed)
if (values.replay === undefined) soak(first, numberIn("minutes", values.minutes))
else process.exitCode = chosen.reduce((found, [name, run]) => found + judge(name, run, first), 0) > 0 ? 1 : 0

function soak(firstSeed: number, minutes: number): void {
  const end = performance.now() + minutes * 60_000
  const names = chosen.map(([name]) => name).join(", ")
  console.log(`seeds from ${firstSeed} on, for ${minutes} min: ${names}`)
  let runs = 0
  let violated = 0
  for (let seed = firstSeed; performance.now() < end; seed++) {
    for (const [name, run] of chosen) {
      runs++
      violated += judge(name, run, seed)
    }
  }
  console.log(`${runs} runs, ${runs / chosen.length} seeds each: ${violated === 0 ? "no" : violated} with violations`)
  process.exitCode = violated === 0 ? 0 : 1
}

/** 1 if anything was wrong with a run, 0 otherwise. */
function judge(name: string, run: SafetyRun, seed: number): number {
  const found = run(seed)
  for (const violation of found) console.log(`${name}, seed ${seed}: ${violation}`)
  if (found.length > 0) console.log(`  again: npm run soak -- --only ${name} --replay ${seed}`)
  return found.length > 0 ? 1 : 0
}

function numberIn(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === "" || !(value >= 0) || (option === "seed" && !Number.isSafeInteger(value))) {
    fail(`--${option}: found ${text}, expected a number from 0 on`)
  }
  return value
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
