/** OM(m) costs sum_{k=0..m} prod_{j=0..k} (n-1-j) messages in m+1 rounds (Lamport, Shostak, Pease 1982, §3). */
import { describe, expect, it } from "vitest"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { completeRun } from "../../support/service-run.ts"

const REFERENCE: readonly { nodes: number; m: number; rounds: readonly number[]; total: number }[] = [
  { nodes: 4, m: 0, rounds: [3], total: 3 },
  { nodes: 4, m: 1, rounds: [3, 6], total: 9 },
  { nodes: 7, m: 1, rounds: [6, 30], total: 36 },
  { nodes: 7, m: 2, rounds: [6, 30, 120], total: 156 },
  { nodes: 10, m: 2, rounds: [9, 72, 504], total: 585 },
  { nodes: 10, m: 3, rounds: [9, 72, 504, 3_024], total: 3_609 },
  { nodes: 13, m: 4, rounds: [12, 132, 1_320, 11_880, 95_040], total: 108_384 },
]

/** Runs one decision and counts messages by the millisecond in which they were sent: rounds last 1 ms here. */
/** What a sender says to a receiver in a round is one bundle, for who counts so: (n-1) + m(n-1)(n-2). */
const BUNDLES: readonly (readonly [nodes: number, m: number, bundles: number])[] = [
  [4, 1, 9],
  [7, 1, 36],
  [7, 2, 66],
  [10, 2, 153],
  [10, 3, 225],
  [13, 4, 540],
]

function decide(nodes: number, parameters: Record<string, unknown>, latency = "500us") {
  const sent: number[] = []
  const bundles = new Set<string>()
  const run = completeRun(oralMessages, agreement, {
    nodes,
    latency,
    parameters,
    simulation: {
      observer: event => {
        if (event.type !== "send") return
        sent[event.time / 1_000] = (sent[event.time / 1_000] ?? 0) + 1
        bundles.add(`${event.node} ${event.to} ${event.time}`)
      },
    },
  })
  return { run, sent, bundles: bundles.size }
}

describe("OM(m)", () => {
  it.each(REFERENCE)("n = $nodes, m = $m: $rounds messages a round, $total in all", ({ nodes, m, rounds, total }) => {
    const { run, sent } = decide(nodes, { m, roundLength: "1ms" })
    expect(sent).toEqual(rounds)
    expect(run.messages).toEqual({ protocol: total, heartbeat: 0, retransmission: 0, client: 0 })
    expect(run.outcome.ok).toBe(1)
  })

  it.each(BUNDLES)("n = %i, m = %i: %i bundles", (nodes, m, bundles) => {
    expect(decide(nodes, { m, roundLength: "1ms" }).bundles).toBe(bundles)
  })

  it.each(REFERENCE.slice(0, -1))(
    "n = $nodes, m = $m: the last lieutenant decides after m + 1 rounds",
    ({ nodes, m }) => {
      const { run } = decide(nodes, { m }, "10ms")
      expect(run.outcome.figures["last_decision"]).toBe((m + 1) * 11)
      expect(run.outcome.figures["first_decision"]).toBe(0)
    },
  )

  it.each([
    [3, 0],
    [4, 1],
    [6, 1],
    [7, 2],
    [10, 3],
  ])("with m: largest, %i generals withstand %i traitors", (nodes, m) => {
    const { run } = decide(nodes, { m: "largest" })
    expect(run.outcome.figures["last_decision"]).toBe((m + 1) * 1.5)
  })
})
