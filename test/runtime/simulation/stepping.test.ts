import { describe, expect, it } from "vitest"
import type { RunResult, Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { byNight } from "../../support/effort.ts"

function stepped(scenario: Scenario, seed: number): { readonly result: RunResult | undefined; readonly steps: number } {
  const simulation = new Simulation(scenario, seed)
  let steps = 1
  while (simulation.step()) steps++
  return { result: simulation.result, steps }
}

describe("a run that is stepped through", () => {
  it.each(Object.entries(RANDOM_SCENARIOS))("comes to the same result, to the digest: %s", (_, { scenario }) => {
    for (let seed = 1; seed <= byNight(3, 1); seed++) {
      const run = simulate(scenario(seed), seed)
      expect(stepped(scenario(seed), seed), `seed ${seed}`).toEqual({ result: run, steps: run.events })
    }
  })

  it("can be run to a time, stepped, and run to its end", () => {
    const simulation = new Simulation(tellingScenario(), 3)
    simulation.begin()
    simulation.runUntil(50_000)
    expect([simulation.time, simulation.result]).toEqual([50_000, undefined])
    simulation.step()
    simulation.runUntil(60_500)
    const result = simulation.run()
    expect(result).toEqual(simulate(tellingScenario(), 3))
    expect([simulation.step(), simulation.run()]).toEqual([false, result])
  })

  it("fails as it does when it is run, and is over then", () => {
    const broken = { ...chatter, request: { Tell: () => { throw new Error("no such thing") } } } // biome-ignore format: one line
    const scenario = tellingScenario({ algorithm: broken })
    const run = simulate(scenario, 1)
    expect(run.status).toBe("failed")
    expect(stepped(scenario, 1)).toEqual({ result: run, steps: run.events })
  })

  it("looks at nothing beyond the time that it is run to", () => {
    const times: number[] = []
    const simulation = new Simulation(tellingScenario(), 3, { observer: ({ time }) => times.push(time) })
    simulation.begin()
    for (let time = 500; time <= 60_000; time += 500) {
      simulation.runUntil(time)
      expect(Math.max(...times)).toBeLessThanOrEqual(time)
    }
    // What comes in the very microsecond belongs to it, however late it was sent.
    expect(times).toContain(60_000)
  })
})
