/** There is one token at any time, and exactly one after a regeneration. */
import { describe, expect, it } from "vitest"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"
import { tokensIn } from "./one-token.ts"

const run = (options: ServiceRunOptions, seed = 1) =>
  tokensIn(scenarioOf(tokenRing, mutualExclusion, { fifo: true, latency: "10ms", duration: "5s", ...options }), seed)

describe("one token at any time", () => {
  it.each([3, 5, 7, 9])("%i nodes in peace: one is made, and no other", nodes => {
    for (const workload of [{}, { rate: "5/s" }])
      expect(run({ nodes, workload })).toEqual({ found: [], generations: 1 })
  })

  it.each([3, 5, 7, 9])("%i nodes, a token that is lost: exactly one is made in its place", nodes => {
    const loss = { kind: "loss", share: 1, at: 1_005_000, for: 10_000 } as const
    const lost = run({ nodes, workload: { rate: "5/s" }, faults: [loss], parameters: { regenerationTimeout: "300ms" } })
    expect(lost).toEqual({ found: [], generations: 2 })
  })

  it("whatever is lost, duplicated or cut off on FIFO links of any delays", () => {
    const { scenario } = RANDOM_SCENARIOS["token-ring"]!
    let generations = 0
    for (let seed = 1; seed <= randomRuns(100); seed++) {
      const tokens = tokensIn(scenario(seed), seed)
      expect(tokens.found, `seed ${seed}; again: npm run soak -- --only token-ring/one-token --replay ${seed}`).toEqual(
        [],
      )
      generations += tokens.generations
    }
    expect(generations).toBeGreaterThan(2 * randomRuns(100))
  })

  it("repaired, whatever crashes and returns while delays keep their bound, and however slow disks are", () => {
    const { scenario } = RANDOM_SCENARIOS["token-ring/repair"]!
    for (let seed = 1; seed <= randomRuns(100); seed++) {
      const disk = { syncLatency: (seed % 3) * 10_000 }
      expect(tokensIn({ ...scenario(seed), disk }, seed).found, `seed ${seed}`).toEqual([])
    }
  })
})

describe("two tokens", () => {
  it("on links that do not keep the order", () => {
    const latency = { model: "exponential", floor: 100, mean: 10_000 } as const
    const options = { nodes: 4, fifo: false, latency, parameters: { regenerationTimeout: "20ms" }, duration: "10s" }
    expect(run(options).found).not.toEqual([])
  })

  it("on the sides of a partition of a repaired ring", () => {
    const sides = [
      [0, 1],
      [2, 3, 4],
    ]
    const faults = [{ kind: "partition", sides, at: 1_000_000, for: 1_000_000 }] as const
    const parameters = { repair: true, regenerationTimeout: "200ms" }
    expect(run({ nodes: 5, parameters, faults }).found).not.toEqual([])
  })
})
