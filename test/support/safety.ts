/**
 * Random runs of every algorithm under all that it claims to survive: one run for a seed, and what was wrong with it. The
 * safety tests run the first seeds, `npm run soak` as many as there is time for.
 */
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { showError } from "../../runtime/lib/show.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { type Draw, LAW } from "../../scenarios/outside/law.ts"
import { CONTRACT_SCENARIOS } from "./contract-scenarios.ts"
import { MORE_RUNS } from "./more-runs.ts"
import { POOL } from "./pool.ts"
import type { Tally } from "./marks.ts"
import { type Promised, RANDOM_SCENARIOS, type RandomScenario } from "./random-scenarios.ts"
import { violations } from "./service-run.ts"
import { STORMS } from "./storms.ts"
import { type DrawStorm, weather } from "./weather.ts"

/** Runs a seed; every sentence says something that was wrong. Rare situations that it meets go to the tally. */
export type SafetyRun = (seed: number, tally?: Tally) => readonly string[]

/** By name: the algorithm, and after a slash the way in which it is used if there is more than one. */
export const SAFETY_RUNS: Readonly<Record<string, SafetyRun>> = {
  ...mapped(RANDOM_SCENARIOS, runOf),
  ...mapped(STORMS, ({ draw }) => stormOf(draw)),
}

/** The above, those of which only the first seeds are in a test of their algorithm, and as `<name>/law` whether the algorithm keeps the law in the scenarios of the tests of the contract. */
export const SOAK_RUNS: Readonly<Record<string, SafetyRun>> = {
  ...SAFETY_RUNS,
  ...MORE_RUNS,
  ...Object.fromEntries(Object.entries(CONTRACT_SCENARIOS).map(([name, draw]) => [`${name}/law`, lawOf(draw)])),
}

/** For each of them the rare situations that it must have met once it has run a thousand seeds. */
export const SOMETIMES: Readonly<Record<string, readonly string[]>> = {
  ...mapped(RANDOM_SCENARIOS, () => []),
  ...mapped(STORMS, ({ sometimes }) => sometimes),
}

/** What a run violated, and if it promised so, where it was not available. */
export function judge(run: RunResult, promise?: Promised): readonly string[] {
  if (run.status === "failed") return [`${run.reason} (${run.event}; ${run.state})`]
  const { outcome } = run
  const found = violations(outcome)
  if (promise === "always available" && outcome.availability < 1) found.push(`available only ${outcome.availability}`)
  if (promise === "available in the end" && outcome.unknown > 0) found.push("not available in the end")
  return found
}

function runOf({ scenario, promise }: RandomScenario): SafetyRun {
  return seed => judge(simulate(scenario(seed), seed, { pool: POOL }), promise)
}

function stormOf(draw: DrawStorm): SafetyRun {
  return (seed, tally) => weather(draw, seed, tally)
}

function lawOf(draw: Draw): SafetyRun {
  return seed => {
    try {
      return Object.entries(LAW).flatMap(([rule, { breach }]) => {
        const how = breach(draw, seed)
        return how === undefined ? [] : [`${rule}: ${how}`]
      })
    } catch (error) {
      return [showError(error)]
    }
  }
}

function mapped<From, To>(table: Readonly<Record<string, From>>, change: (from: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([name, from]) => [name, change(from)]))
}
