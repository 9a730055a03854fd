/** Scenarios full of faults for every registered algorithm, in each of which it has to keep the contract. */
import { algorithms, servicesOf } from "../../algorithms/registry.ts"
import { type Micros, SECOND } from "../../runtime/contract/units.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import type { Draw } from "../../scenarios/outside/law.ts"
import { trialsOf } from "../../scenarios/outside/trials.ts"
import { byNight, isNight, oneInByDay } from "./effort.ts"
import { POOL } from "./pool.ts"
import { RANDOM_SCENARIOS } from "./random-scenarios.ts"
import { shelled, SHELLED } from "./shell.ts"
import { HEALED } from "./storm.ts"
import { STORMS } from "./storms.ts"

/** By name: the algorithm, and after a slash what it is run under. */
export type Scenarios = Readonly<Record<string, Draw>>

const END: Micros = HEALED + 50_000

export const CONTRACT_SCENARIOS: Scenarios = {
  ...Object.fromEntries(Object.entries(RANDOM_SCENARIOS).map(([name, { scenario }]) => [name, scenario])),
  ...Object.fromEntries(
    Object.entries(STORMS).map(([name, { draw }]) => [name, (seed: number) => draw(seed, END).scenario]),
  ),
  // What leaves a node before its writes are durable, and what tells it that they are.
  "raft/parallel-write": seed => {
    const { scenario } = STORMS["raft/storm"]!.draw(seed, END)
    return { ...scenario, parameters: { ...scenario.parameters, parallelWrite: true }, disk: { syncLatency: 3_000 } }
  },
}

/** Every algorithm under every service that it can be measured by, and from under a leader where it can begin so. */
export const SERVICE_SCENARIOS: Scenarios = Object.fromEntries(
  Object.values(algorithms).flatMap(algorithm =>
    [...trialsOf(algorithm, servicesOf(algorithm))].map(
      ([trial, draw]) => [`${algorithm.name}/${trial}`, draw] as const,
    ),
  ),
)

/** An algorithm that hosts another one, whichever that is. */
export const HOSTED_SCENARIOS: Scenarios = Object.fromEntries(
  SHELLED.map(name => [`${name} in a shell`, seed => shelled(STORMS[`${name}/storm`]!.draw(seed, END).scenario)]),
)

/**
 * By day no more than this of a run, in time and in events: a rule that is about all state takes time by the square of what
 * there is.
 */
const LONGEST: Micros = byNight(Infinity, SECOND)
const MOST_EVENTS = byNight(Infinity, 500)

/**
 * All ways in which algorithms are used; by day the first second, or the first 500 events, of one for each
 * algorithm, and of one in three of the others.
 */
export function chosenOf(scenarios: Scenarios): readonly (readonly [string, Draw])[] {
  const isOnly = ([name]: readonly [string, Draw]): boolean => !name.includes("/")
  const all = Object.entries(scenarios).map(([name, draw]) => [name, cut(draw)] as const)
  return [
    ...all.filter(isOnly),
    ...oneInByDay(
      3,
      all.filter(entry => !isOnly(entry)),
    ),
  ]
}

function cut(draw: Draw): Draw {
  const durations = new Map<number, Micros>()
  return seed => {
    const scenario = draw(seed)
    const duration = durations.get(seed) ?? cutDuration(scenario, seed)
    durations.set(seed, duration)
    return { ...scenario, duration }
  }
}

/** A duration in which there are no more events than are wanted. */
function cutDuration(scenario: Scenario, seed: number): Micros {
  const duration = Math.min(scenario.duration, LONGEST)
  if (isNight) return duration
  const simulation = new Simulation({ ...scenario, duration }, seed, { pool: POOL })
  for (let events = 0; events < MOST_EVENTS && simulation.step(); events++);
  return Math.min(duration, simulation.time)
}
