/** FloodSet where processes crash in the middle of a broadcast, in whole runs: what f + 1 rounds are for. */
import { describe, expect, test } from "vitest"
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { completeRun, violations } from "../../support/service-run.ts"

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1)

/** One instance in which all propose and one of three crashes in its first broadcast, or if it is drawn late in the second. */
function play(rounds: "f" | "f+1", seed: number, observer?: (event: TraceEvent) => void) {
  return completeRun(
    floodSet,
    agreement,
    {
      nodes: 3,
      latency: "10ms",
      parameters: { rounds },
      workload: { proposers: 3 },
      faults: [{ kind: "brokenBroadcast", target: { random: 1 }, at: 0, within: seed % 2 === 0 ? 1 : 15_000 }],
      warmup: "1ms",
      ...(observer === undefined ? {} : { simulation: { observer } }),
    },
    seed,
  )
}

describe("one of three processes crashes in the middle of a broadcast", () => {
  test("with f rounds some runs end in disagreement, with f + 1 none", () => {
    const wrong = (rounds: "f" | "f+1") => SEEDS.filter(seed => violations(play(rounds, seed)).length > 0).length
    // An input that nobody else has, told to one of two: a sixteenth of the runs that crash in the first round.
    expect(wrong("f")).toBeGreaterThan(3)
    expect(wrong("f+1")).toBe(0)
  })

  test("observers are told of the crash when it comes, and of what is to come before", () => {
    const told: string[] = []
    const seed = SEEDS.find(one => {
      told.length = 0
      play("f+1", one, event => {
        if (event.type === "fault") told.push(`${event.kind} ${event.phase}: ${event.what}`)
      })
      return told.length > 1
    })
    expect(seed).toBeDefined()
    expect(told[0]).toMatch(/^brokenBroadcast begins: node [012] will crash in the next broadcast$/)
    expect(told[1]).toMatch(/^crash begins: crash of node [012] in the middle of a broadcast$/)
  })
})
