/** The beginning of a run, if its scenario gives a leader or logs. */
import type { Algorithm, Beginning, BeginningProblem } from "../contract/algorithm.ts"
import type { Scenario } from "./scenario.ts"

/** The part of a scenario that describes its beginning. */
export type Begun = Pick<Scenario, "nodes" | "leader" | "initial">

/** The beginning in the form that algorithms take; `undefined` if the scenario gives none. */
export function beginningOf({ nodes, leader, initial }: Begun): Beginning | undefined {
  if (leader === undefined && initial === undefined) return undefined
  return { leader: leader ?? null, logs: Array.from({ length: nodes }, (_, id) => initial?.[id] ?? []) }
}

/** The reason, in words, why an algorithm cannot begin as its scenario specifies; `undefined` if it can. */
export function problemOf(
  { name, begins }: Algorithm,
  scenario: Begun,
  parameters: Readonly<Record<string, unknown>>,
): BeginningProblem | undefined {
  const beginning = beginningOf(scenario)
  if (beginning === undefined) return undefined
  const about = beginning.leader === null ? "initial" : "leader"
  if (begins === undefined) return { about, message: `${name} has no leaders, or cannot begin with one` }
  if (scenario.initial !== undefined && begins.disk === undefined) {
    return { about: "initial", message: `${name} keeps no log` }
  }
  return begins.problem?.(beginning, parameters)
}
