/** A scripted run has no durations, unless it has ticks: anything delayed happens when the script says so. */
import { timeless } from "../../contract/times.ts"
import type { Scenario } from "../../scenario/scenario.ts"

export function withoutDurations(scenario: Scenario): Scenario {
  const { algorithm, parameters, script } = scenario
  if (script?.clock !== undefined) return { ...scenario, disk: { syncLatency: 0 } }
  return { ...scenario, parameters: timeless(algorithm.parameters, parameters), disk: { syncLatency: 0 } }
}
