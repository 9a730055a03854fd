import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { RunPool } from "../../../runtime/simulation/pool.ts"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { tellingScenario } from "../../support/chatter.ts"
import { byNight } from "../../support/effort.ts"

describe("runs that share a pool", () => {
  it.each(Object.entries(RANDOM_SCENARIOS))("are those that share nothing: %s", (_, { scenario }) => {
    const pool = new RunPool()
    for (let seed = 1; seed <= byNight(3, 2); seed++) {
      expect(simulate(scenario(seed), seed, { pool }), `seed ${seed}`).toEqual(simulate(scenario(seed), seed))
    }
  })

  it("can go on at the same time: none gets what another still has", () => {
    const pool = new RunPool()
    const alone = simulate(tellingScenario(), 1)
    simulate(tellingScenario(), 9, { pool })
    const both = [1, 1].map(seed => new Simulation(tellingScenario(), seed, { pool }))
    for (let isOn = true; isOn; ) isOn = both.map(simulation => simulation.step()).includes(true)
    for (const simulation of both) {
      expect(simulation.result).toEqual(alone)
      simulation.release()
    }
    expect(simulate(tellingScenario(), 1, { pool })).toEqual(alone)
  })
})

it("no module of the runtime remembers anything", () => {
  const root = join(import.meta.dirname, "../../../runtime")
  const remembering = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    file =>
      file.endsWith(".ts") &&
      /^(?:export )?(?:let |const \w+(?:: [^=]+)? = new (?:Weak)?(?:Map|Set)(?:<[^>]*>)?\(\)$)/m.test(
        readFileSync(join(root, file), "utf8"),
      ),
  )
  expect(remembering).toEqual([])
})
