/** The claims of an algorithm, compared with what a check allows to happen. */
import { type Algorithm, claimsOf } from "../runtime/contract/algorithm.ts"
import { isInRounds } from "../runtime/scenario/script.ts"
import type { CheckRequest } from "./request.ts"

/** The crashes that an algorithm claims to survive in a group. */
export function claimedCrashes(algorithm: Algorithm, nodes: number, parameters: object): number {
  const { tolerates } = claimsOf(algorithm, parameters)
  return tolerates.faults === "crash" ? tolerates.of(nodes) : 0
}

/** The ticks that clocks may miscount: the declared share of the time for which they have to agree. Infinity: any number. */
function clockErrors(algorithm: Algorithm, parameters: object): number {
  const { assumes } = claimsOf(algorithm, parameters)
  const { agreeFor } = algorithm.times ?? {}
  if (assumes?.clocks === undefined || agreeFor === undefined) return Infinity
  return assumes.clocks(parameters) * Number(Object.entries(parameters).find(([name]) => name === agreeFor)?.[1])
}

/** The events that a check allows although the algorithm does not claim to survive them, described. */
export function beyondClaims({ algorithm, nodes, parameters, budgets, traitors }: CheckRequest): readonly string[] {
  const { assumes = {}, tolerates } = claimsOf(algorithm, parameters)
  const { timeouts, crashes, amnesias, stops = 0, losses, duplicates, drift = 0 } = budgets
  const died = crashes + amnesias + stops
  const runOut = Object.values(timeouts).some(times => times > 0)
  const isReliable = assumes.links !== undefined || tolerates.faults === "none"
  const withstood = tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0
  const found: readonly (readonly [happens: boolean, words: string])[] = [
    [algorithm.isUnsafe?.(parameters, nodes) === true, "parameters that give up its safety"],
    [died > 0 && tolerates.faults === "none", "crashes"],
    [died > claimedCrashes(algorithm, nodes, parameters) && tolerates.faults === "crash", "so many crashes"],
    [amnesias > 0 && assumes.storage !== "none" && tolerates.faults !== "none", "lost disks"],
    [drift > 0 && drift > clockErrors(algorithm, parameters), "clocks that err so much"],
    [runOut && assumes.timing === "synchronous" && !isInRounds(algorithm), "timers that run out early"],
    [losses > 0 && isReliable, "lost messages"],
    [duplicates > 0 && isReliable, "messages that arrive twice"],
    [traitors.length > withstood, withstood === 0 ? "traitors" : "so many traitors"],
  ]
  return found.flatMap(([happens, words]) => (happens ? [words] : []))
}
