/** Waits and messages of token rings, measured to be held beside closed forms. */
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { isNight } from "../../support/effort.ts"
import { completeRun } from "../../support/service-run.ts"

/** The mean of some values, and four standard errors of it. */
function estimate(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, margin: 4 * Math.sqrt(variance / values.length) }
}

/** Mean wait in ms, and messages an entry with idle circulation, of runs in which S = d = 10 ms; each with its margin. */
export function waitAndCost(
  nodes: number,
  workload: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, unknown>> = {},
) {
  const settings = { hold: "10ms", deadline: "1h", ...workload }
  const runs = Array.from({ length: 16 }, (_, index) =>
    completeRun(
      tokenRing,
      mutualExclusion,
      {
        nodes,
        fifo: true,
        latency: "10ms",
        parameters,
        workload: settings,
        warmup: "5s",
        duration: isNight ? "105s" : "55s",
      },
      index + 1,
    ),
  )
  return {
    wait: estimate(runs.map(({ outcome }) => outcome.latency.mean / 1_000)),
    cost: estimate(runs.map(({ messages, outcome }) => (messages.protocol + messages.heartbeat) / outcome.ok)),
  }
}
