import { describe, expect, it } from "vitest"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import type { Snapshot } from "../../../runtime/simulation/snapshot.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { byNight, isNight } from "../../support/effort.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"

/** As if kept in a file. */
const kept = (snapshot: Snapshot): Snapshot => JSON.parse(JSON.stringify(snapshot)) as Snapshot

describe("a run that is stepped, saved and restored", () => {
  it.each(Object.entries(RANDOM_SCENARIOS))("comes to the same result, to the digest: %s", (_, { scenario }) => {
    for (let seed = 1; seed <= byNight(2, 1); seed++) {
      const run = simulate(scenario(seed), seed)
      for (const share of isNight ? [0, 0.3, 0.9] : [0.6]) {
        const before = new Simulation(scenario(seed), seed)
        for (let step = 0; step < share * run.events; step++) before.step()
        const restored = Simulation.restore(scenario(seed), kept(before.save()))
        expect(restored.time, `seed ${seed}`).toBe(before.time)
        expect(restored.nodes.map(({ state, disk }) => ({ state, disk }))).toEqual(
          before.nodes.map(({ state, disk }) => ({ state, disk })),
        )
        expect(restored.run(), `seed ${seed}`).toEqual(run)
      }
    }
  })

  it("tells an observer what comes after the moment, and nothing twice", () => {
    const told: TraceEvent[] = []
    simulate(tellingScenario(), 1, { observer: event => told.push(event) })
    const before: TraceEvent[] = []
    const simulation = new Simulation(tellingScenario(), 1, { observer: event => before.push(event) })
    for (let step = 0; step < 100; step++) simulation.step()
    const after: TraceEvent[] = []
    Simulation.restore(tellingScenario(), simulation.save(), { observer: event => after.push(event) }).run()
    expect(before.length).toBeGreaterThan(0)
    expect([...before, ...after]).toEqual(told)
  })

  it("can be restored between two events, and after its end", () => {
    const simulation = new Simulation(tellingScenario(), 1)
    simulation.begin()
    simulation.runUntil(50_500)
    const restored = Simulation.restore(tellingScenario(), simulation.save())
    expect([restored.time, restored.run()]).toEqual([50_500, simulation.run()])
    expect(Simulation.restore(tellingScenario(), simulation.save()).result).toEqual(simulation.result)
  })

  it("is not restored with another scenario", () => {
    const simulation = new Simulation(tellingScenario(), 1)
    for (let step = 0; step < 100; step++) simulation.step()
    const receive = { ...chatter.receive, Note: () => {} }
    const other = tellingScenario({ algorithm: { ...chatter, receive } })
    expect(() => Simulation.restore(other, simulation.save())).toThrow("not the one that was saved")
  })

  it("is not saved once something was done to it from outside", () => {
    const simulation = new Simulation(tellingScenario(), 1)
    simulation.begin()
    simulation.byHand.crash(2)
    expect(() => simulation.save()).toThrow("its scenario does not say")
  })
})
