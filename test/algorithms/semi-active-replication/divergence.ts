/** Random runs with draws and looks at the clock, in which replicas that decide for themselves go different ways. */
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { semiActiveReplication } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { crashScenario } from "../active-replication/random-faults.ts"
import { POOL } from "../../support/pool.ts"
import { HEALED } from "../../support/storm.ts"

/** The checks that a run violates; `failed` if it has no result. Crashes are those of the random runs, for either algorithm. */
export function violatedIn(algorithm: "active" | "semi-active", seed: number): readonly string[] {
  return algorithm === "active" ? violated(activeReplication, seed) : violated(semiActiveReplication, seed)
}

function violated<S extends Shape>(algorithm: Algorithm<S>, seed: number): readonly string[] {
  const scenario = crashScenario(algorithm, seed, HEALED)
  const workload = { ...scenario.workload, nondeterministic: 0.3 }
  const run = simulate({ ...scenario, workload }, seed, { pool: POOL })
  if (run.status === "failed") return ["failed"]
  return Object.entries(run.outcome.verdicts).flatMap(([check, { verdict }]) => (verdict === "violated" ? [check] : []))
}
