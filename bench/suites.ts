/** The timed suites and their tasks, each loaded only by the process that runs it. */
import { checkers } from "./suites/checkers.ts"
import { charts } from "./suites/charts.ts"
import { explorer } from "./suites/explorer.ts"
import { eventQueue } from "./suites/event-queue.ts"
import { locks } from "./suites/locks.ts"
import { network } from "./suites/network.ts"
import { planner } from "./suites/planner.ts"
import { results } from "./suites/results.ts"
import { simulator } from "./suites/simulator.ts"
import { startUp } from "./suites/start-up.ts"
import { sweeps } from "./suites/sweep.ts"
import { yardsticks } from "./suites/yardsticks.ts"
import type { Task } from "./task.ts"

/** The tasks by suite. A task may be in several suites; names are unique. */
export const SUITES: Readonly<Record<string, readonly Task[]>> = {
  simulator,
  yardsticks,
  locks,
  "event-queue": eventQueue,
  network,
  checkers,
  explorer,
  planner,
  charts,
  sweep: sweeps,
  results,
  "start-up": startUp,
}

/** @throws if there is no such task */
export function taskNamed(name: string): Task {
  const task = Object.values(SUITES)
    .flat()
    .find(candidate => candidate.name === name)
  if (task === undefined) throw new Error(`no task ${name}`)
  return task
}
