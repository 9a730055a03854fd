// Under all that it claims to survive: no run of many random ones breaks any check of a service, and once the last fault is over
// the chain serves again, with everybody in it.
import { expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { ChainReplication } from "../../../algorithms/chain-replication/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { anything, crashes, onLog, type RandomFaults, suspicions } from "./random-faults.ts"
import { chainOnLogs } from "./support.ts"

/** An operation takes no longer once nothing is wrong any more. */
const PATIENCE = 20 * MILLISECOND

interface Found {
  readonly violated: readonly string[]
  /** What was to be over in the end, and was not. */
  readonly late: readonly string[]
  /** The number of the last configuration. */
  readonly configurations: number
}

function run(options: RandomFaults, seed: number, algorithm: Algorithm<ChainReplication> = chainReplication): Found {
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: PATIENCE })
  const scenario = scenarioOf(algorithm, replicatedLog, options)
  const simulation = new Simulation(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  const result = simulation.run()
  const violated = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
  const standing = simulation.nodes.map(({ part }, id) => part.standing?.(simulation.nodes[id]!))
  const outside = standing.filter(each => each?.role === "outside").length
  const late = [...liveness.findings(), ...(outside === 0 ? [] : [`in the end: ${JSON.stringify(standing)}`])]
  simulation.release()
  return { violated, late, configurations: Math.max(...standing.map(each => each?.epoch ?? 0)) }
}

test("up to n-1 servers crash at a time, and the master, or servers are removed that live", () => {
  const seeds = randomRuns(500)
  let configurations = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const [draw, name] = seed % 2 === 0 ? [crashes, ""] : [suspicions, "/suspicions"]
    const found = run(draw(seed), seed)
    const again = `seed ${seed}; again: npm run soak -- --only chain-replication${name} --replay ${seed}`
    expect([...found.violated, ...found.late], again).toEqual([])
    configurations += found.configurations
  }
  // The faults bite.
  expect(configurations / seeds).toBeGreaterThan(6)
})

test("all of it at once may end the service, and breaks no check", () => {
  for (let seed = 1; seed <= randomRuns(150); seed++) {
    const again = `seed ${seed}; again: npm run soak -- --only chain-replication/anything --replay ${seed}`
    expect(run(anything(seed), seed).violated, again).toEqual([])
  }
})

test("so it does with a master in a log, one process of which fails at a time: 60 seeds", () => {
  const seeds = randomRuns(60)
  let configurations = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const name = seed % 2 === 0 ? "master-in-a-log" : "master-in-a-log-suspicions"
    const found = run(onLog(seed % 2 === 0 ? crashes : suspicions, seed), seed, chainOnLogs)
    const again = `seed ${seed}; again: npm run soak -- --only chain-replication/${name} --replay ${seed}`
    expect([...found.violated, ...found.late], again).toEqual([])
    configurations += found.configurations
  }
  expect(configurations / seeds).toBeGreaterThan(6)
})
