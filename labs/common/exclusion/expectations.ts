/** Expectations that the labs on mutual exclusion share. */
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Entered } from "../../../services/mutual-exclusion/shape.ts"
import { delayOf, figure, moment } from "../../engine/expectations.ts"
import type { Expectation } from "../../engine/lab.ts"

export function isEntered(fact: Tagged): fact is Entered {
  return fact.type === "entered"
}

export const somebodyEnters = figure("entries", { atLeast: 1 })

/** Every operation of the workload is granted. */
export const allAreGranted: Expectation = ({ scenario, result }) => {
  const wanted = Number(scenario.workload["entries"])
  const { entries = 0 } = result.outcome.figures
  if (entries >= wanted) return undefined
  return {
    expected: `all ${wanted} who ask get in, one after the other`,
    happened: `${entries} did, then nobody any more`,
  }
}

/** @param message what the one that waits hears: "one Reply" */
export function handsOverInOneHop(message: string): Expectation {
  return run => {
    const { longest_synchronisation_delay: longest = 0 } = run.result.outcome.figures
    const most = delayOf(run) / MILLISECOND
    if (!(longest > most)) return undefined
    return { expected: `at most ${most} ms from leaving to the next entry: ${message}`, happened: `${longest} ms` }
  }
}

/** Somebody enters in the last fifth of the run, when the faults are over. */
export const entersInTheEnd: Expectation = ({ scenario: { duration }, events }) => {
  const since = 0.8 * duration
  const isLate = events.some(event => event.type === "fact" && isEntered(event.fact) && event.time >= since)
  if (isLate) return undefined
  return { expected: `entries in the end, after ${moment(since)}`, happened: "nobody enters any more" }
}
