// Under all that it claims to survive at once: no run of many random ones breaks any check of a service, and once the last
// fault is over the group serves again.
import { expect, test } from "vitest"
import { epochOf } from "../../../algorithms/viewstamped-replication/configuration.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { MORE_RUNS } from "../../support/more-runs.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { randomReconfigurations, randomScenario, type Shifts } from "./random-faults.ts"

/** An operation takes no longer once nothing is wrong any more. */
const PATIENCE = 20 * MILLISECOND

interface Found {
  readonly wrong: readonly string[]
  readonly leaderships: number
  /** The number of groups that there were after the founders. */
  readonly epochs: number
}

/** @param members the group in the end; default: all nodes */
function run(seed: number, options: Shifts, members?: readonly number[]): Found {
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: PATIENCE })
  const scenario = scenarioOf(viewstampedReplication, replicatedLog, options)
  const simulation = new Simulation(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  const result = simulation.run()
  const wrong = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
  wrong.push(...liveness.findings(), ...apart(simulation, members))
  const epochs = epochOf(Math.max(...simulation.nodes.map(node => viewOf(simulation, node.id))))
  simulation.release()
  return { wrong, leaderships: result.status === "failed" ? 0 : result.outcome.figures["leaderships"]!, epochs }
}

function viewOf({ nodes, scenario }: Simulation, id: number): number {
  return scenario.algorithm.standing!(nodes[id]!).epoch ?? 0
}

/** In the end all replicas of the group are in normal operation in one view, and all others are spares. */
function apart({ nodes, scenario }: Simulation, members: readonly number[] = nodes.map(({ id }) => id)): string[] {
  const standing = nodes.map(node => scenario.algorithm.standing!(node))
  const group = standing.filter((_, id) => members.includes(id))
  const views = new Set(group.map(({ epoch }) => epoch))
  const isRight = standing.every(({ role }, id) =>
    members.includes(id) ? role === "primary" || role === "backup" : role === "spare",
  )
  return views.size === 1 && isRight ? [] : [`in the end: ${JSON.stringify(standing)}`]
}

test("crashes of up to f at a time, partitions, loss, duplication, reordering, pauses", () => {
  const seeds = randomRuns(500)
  let leaderships = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const found = run(seed, randomScenario(seed))
    expect(found.wrong, `seed ${seed}; again: npm run soak -- --only viewstamped-replication --replay ${seed}`).toEqual(
      [],
    )
    leaderships += found.leaderships
  }
  // The faults bite.
  expect(leaderships / seeds).toBeGreaterThan(1.5)
})

test("crashes of any replica whenever that leaves no more than f failed, and view changes that overlap", () => {
  for (let seed = 1; seed <= randomRuns(200); seed++) {
    expect(MORE_RUNS["viewstamped-replication/wild"](seed), `seed ${seed}`).toEqual([])
  }
})

test("the same with reconfigurations at any time", () => {
  const seeds = randomRuns(300)
  let epochs = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const options = randomReconfigurations(seed)
    const found = run(seed, options, options.members)
    expect(
      found.wrong,
      `seed ${seed}; again: npm run soak -- --only viewstamped-replication/reconfigurations --replay ${seed}`,
    ).toEqual([])
    epochs += found.epochs
  }
  expect(epochs / seeds).toBeGreaterThan(2)
})

test("crashes of any replica, spares among them, whenever no other has failed, and one group after the other", () => {
  for (let seed = 1; seed <= randomRuns(150); seed++) {
    expect(MORE_RUNS["viewstamped-replication/wild-reconfigurations"](seed), `seed ${seed}`).toEqual([])
  }
})
