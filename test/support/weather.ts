/** Runs storms: judges what a run violated, whether the service came back when it was over, and what it met on the way. */
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import { type Micros, MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { type Demand, Liveness } from "./liveness.ts"
import { POOL } from "./pool.ts"
import { Marks, type Tally } from "./marks.ts"
import { violations } from "./service-run.ts"
import { HEALED, TIMEOUT } from "./storm.ts"

/** A scenario that ends at a given time, with what is demanded of the service once its faults are over. */
export interface StormScenario {
  readonly scenario: Scenario
  /** `leader`: that there is one in the end. */
  readonly demand: "leader" | Demand["operations"]
  /** How long an operation may take when nothing is wrong. */
  readonly patience: Micros
}

export type DrawStorm = (seed: number, end: Micros) => StormScenario

/** So long after the last fault services usually serve again, and so much longer, beyond a deadline, they are watched. */
const SOON: Micros = 3 * TIMEOUT
const WATCHED: Micros = 70 * MILLISECOND

/** Where they did not, there may have been one split vote after another: whether they serve at all shows much later. */
const LATE: Micros = 3 * SECOND

/** What was wrong with the storm of a seed. */
export function weather(draw: DrawStorm, seed: number, tally?: Tally): readonly string[] {
  const soon = run(draw, seed, HEALED + SOON, HEALED + SOON + WATCHED, tally)
  if (soon.violated.length > 0 || soon.late.length === 0) return soon.violated
  const end = run(draw, seed, HEALED + LATE, HEALED + LATE + SECOND, undefined)
  return end.violated.length > 0 ? end.violated : end.late
}

interface Found {
  readonly violated: readonly string[]
  /** What was demanded in the end and was not so. */
  readonly late: readonly string[]
}

function run(draw: DrawStorm, seed: number, from: Micros, end: Micros, tally: Tally | undefined): Found {
  const { scenario, demand, patience } = draw(seed, end)
  const liveness = new Liveness({ from, operations: demand === "leader" ? "one" : demand, patience })
  const marks = new Marks(node => simulation.nodes[node]!.disk)
  const simulation = new Simulation(scenario, seed, {
    pool: POOL,
    observer(event) {
      liveness.observe(event)
      if (tally !== undefined) marks.observe(event)
    },
  })
  const result = simulation.run()
  simulation.release()
  for (const mark of marks.met) tally?.add(mark)
  if (result.status === "failed") return { violated: [`${result.reason} (${result.event}; ${result.state})`], late: [] }
  const leaderless = result.outcome.unknown > 0 ? ["no leader in the end"] : []
  return { violated: violations(result.outcome), late: demand === "leader" ? leaderless : liveness.findings() }
}
