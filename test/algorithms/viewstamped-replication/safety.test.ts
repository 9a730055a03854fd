// Under all that it claims to survive at once: no run of many random ones breaks any check of a service, and once the last
// fault is over the group serves again.
import { expect, test } from "vitest"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { randomScenario } from "./random-faults.ts"
import { WILD_UNTIL, wildRun } from "./wild-run.ts"

/** An operation takes no longer once nothing is wrong any more. */
const PATIENCE = 20 * MILLISECOND

interface Found {
  readonly wrong: readonly string[]
  readonly leaderships: number
}

function run(seed: number): Found {
  const options = randomScenario(seed)
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: PATIENCE })
  const scenario = scenarioOf(viewstampedReplication, replicatedLog, options)
  const simulation = new Simulation(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  const result = simulation.run()
  const wrong = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
  wrong.push(...liveness.findings(), ...apart(simulation))
  simulation.release()
  return { wrong, leaderships: result.status === "failed" ? 0 : result.outcome.figures["leaderships"]! }
}

/** In the end all replicas are in normal operation in one view. */
function apart({ nodes, scenario }: Simulation): string[] {
  const standing = nodes.map(node => scenario.algorithm.standing!(node))
  const epochs = new Set(standing.map(({ epoch }) => epoch))
  const inNormal = standing.filter(({ role }) => role === "primary" || role === "backup").length
  return epochs.size === 1 && inNormal === nodes.length ? [] : [`in the end: ${JSON.stringify(standing)}`]
}

test("crashes of up to f at a time, partitions, loss, duplication, reordering, pauses: 500 seeds", () => {
  const seeds = randomRuns(500)
  let leaderships = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const found = run(seed)
    expect(found.wrong, `seed ${seed}; again: npm run soak -- --only viewstamped-replication --replay ${seed}`).toEqual(
      [],
    )
    leaderships += found.leaderships
  }
  // The faults bite.
  expect(leaderships / seeds).toBeGreaterThan(1.5)
})

test("crashes of any replica whenever that leaves no more than f failed, and view changes that overlap: 200 seeds", () => {
  for (let seed = 1; seed <= randomRuns(200); seed++) {
    const liveness = new Liveness({ from: WILD_UNTIL + 100 * MILLISECOND, operations: "all", patience: PATIENCE })
    const result = wildRun(viewstampedReplication, seed, event => liveness.observe(event))
    const wrong = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
    expect([...wrong, ...liveness.findings()], `seed ${seed}`).toEqual([])
  }
})
