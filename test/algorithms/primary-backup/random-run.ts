/** One random run of primary-backup replication: what was wrong, and whether the group was to survive. */
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import type { PrimaryBackup, Views } from "../../../algorithms/primary-backup/types.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { randomScenario, type Shifts } from "./random-faults.ts"

/** An operation takes no longer once nothing is wrong any more. */
const PATIENCE = 20 * MILLISECOND

export interface Found {
  readonly wrong: readonly string[]
  readonly leaderships: number
  /** True if some member of the last view has the state that the view is about: the group has to serve in the end. */
  readonly hasSurvivor: boolean
  readonly kind: Shifts["kind"]
}

export function randomRun(
  algorithm: Algorithm<PrimaryBackup>,
  seed: number,
  parameters: Readonly<Record<string, unknown>> = {},
  options: Shifts = randomScenario(seed, parameters),
): Found {
  const liveness = new Liveness({ from: options.recovered, operations: "all", patience: PATIENCE })
  const scenario = scenarioOf(algorithm, replicatedLog, options)
  const simulation = new Simulation(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  const result = simulation.run()
  const wrong = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
  const hasSurvivor = survives(simulation)
  if (hasSurvivor || options.kind === "crashes") wrong.push(...liveness.findings(), ...apart(simulation))
  simulation.release()
  const leaderships = result.status === "failed" ? 0 : result.outcome.figures["leaderships"]!
  return { wrong, leaderships, hasSurvivor, kind: options.kind }
}

function survives({ nodes, size }: Simulation): boolean {
  // Of the processes of a log, the one that acts knows the latest.
  const views = nodes.slice(size).flatMap(({ state }) => (state as { views: Views }).views.view ?? [])
  const view = views.toSorted((a, b) => b.number - a.number)[0]
  return view === undefined || view.members.some(({ id, life }) => (nodes[id]!.state as { life: number }).life === life)
}

/** In the end all replicas are in one view, of all of them. */
function apart({ nodes, scenario, size }: Simulation): string[] {
  const standing = nodes.slice(0, size).map(node => scenario.algorithm.standing!(node))
  const epochs = new Set(standing.map(({ epoch }) => epoch))
  const members = standing.filter(({ role }) => role === "primary" || role === "backup").length
  return epochs.size === 1 && members === size ? [] : [`in the end: ${JSON.stringify(standing)}`]
}
