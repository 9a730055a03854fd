/** How long renewal failures leave no majority up, over hundreds of hours. */
import { describe, expect, it } from "vitest"
import { unavailabilityOf } from "../../../analysis/k-of-n.ts"
import type { World } from "../../../runtime/contract/service.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { byNight, isNight } from "../../support/effort.ts"
import { telling, tellingScenario } from "../../support/chatter.ts"

const HOUR = 3_600 * SECOND
const DURATION = byNight(1_000, 400) * HOUR

const churn: Fault = {
  kind: "crash",
  target: { nodes: [0, 1, 2, 3, 4] },
  at: 0,
  schedule: { kind: "renewal", mtbf: 90 * SECOND, mttr: 10 * SECOND, spans: "exponential" },
}

describe("independent renewal failures with p = MTTR / (MTBF + MTTR) = 0.1", () => {
  /** Sum over k <= (n-1)/2 of C(n,k) p^k (1-p)^(n-k): availability of a majority. */
  const majority = { 3: 0.972, 5: 0.99144, 7: 0.997272 } as const

  // More nodes are without a majority less often: only a long night counts that often enough.
  it.each(isNight ? ([3, 5, 7] as const) : ([3] as const))(
    "leave a majority of %i nodes up for the share of time that theory says",
    nodes => {
      const target = { nodes: Array.from({ length: nodes }, (_, node) => node) }
      const unavailability = shareWithoutMajority({ ...churn, target }, nodes, DURATION)
      expect(Math.abs(unavailability / (1 - majority[nodes]) - 1)).toBeLessThan(0.05)
    },
  )

  it("leaves a majority of 3 up for less where there is one repair crew, as theory says", () => {
    const target = { nodes: [0, 1, 2] }
    const schedule = { kind: "renewal", mtbf: 90 * SECOND, mttr: 10 * SECOND, spans: "exponential", crews: 1 } as const
    const wanted = unavailabilityOf({ parts: 3, needed: 2, mtbf: 90, mttr: 10, crews: 1 })
    expect(wanted).toBeGreaterThan(1.5 * (1 - majority[3]))
    const measured = shareWithoutMajority({ ...churn, target, schedule }, 3, DURATION)
    expect(Math.abs(measured / wanted - 1)).toBeLessThan(0.05)
  })

  /** The share of a run in which no majority of the nodes is up. */
  function shareWithoutMajority(fault: Fault, nodes: number, duration: number): number {
    let since = 0
    let up = nodes
    let without = 0
    const observer = (event: TraceEvent): void => {
      if (event.type !== "fault") return
      if (up * 2 < nodes) without += event.time - since
      since = event.time
      up += event.phase === "begins" ? -event.nodes.length : event.nodes.length
    }
    const quiet = { ...telling, open: (world: World) => ({ ...telling.open(world, {}), start: () => {} }) }
    const scenario = tellingScenario({ faults: [fault], nodes, duration, service: quiet })
    expect(simulate(scenario, 1, { observer }).status).toBe("completed")
    return without / duration
  }
})
