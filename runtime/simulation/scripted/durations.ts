/** A scripted run has no durations: whatever is to happen after a while happens when the script says so. */
import { timeless } from "../../contract/timeless.ts"
import type { Scenario } from "../../scenario/scenario.ts"

export function withoutDurations(scenario: Scenario): Scenario {
  const { algorithm, parameters } = scenario
  return { ...scenario, parameters: timeless(algorithm.parameters, parameters), disk: { syncLatency: 0 } }
}
