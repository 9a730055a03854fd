/** Runs an algorithm under the `leader-election` service, with everything defaulted that a test is not about. */
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import { delayBound } from "../../../runtime/network/latency.ts"
import { type Parameters, resolveParameters } from "../../../runtime/contract/parameters.ts"
import type { CompletedRun, Fault } from "../../../runtime/scenario/scenario.ts"
import type { Latency } from "../../../runtime/network/network.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"

export interface ElectionOptions {
  readonly nodes: number
  readonly seed?: number
  /** Default: constant 10 ms. */
  readonly latency?: Latency
  readonly loss?: number
  readonly duplication?: number
  /** As a user writes them. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly workload?: Readonly<Record<string, unknown>>
  readonly faults?: readonly Fault[]
  /** Default: 1 s, and 3 s. */
  readonly warmup?: number
  readonly duration?: number
  readonly eventBudget?: number
}

const CONSTANT: Latency = { model: "constant", delay: 10 * MILLISECOND }

/** @throws if the run fails or a setting is wrong */
export function runElections<S extends Shape>(algorithm: Algorithm<S>, options: ElectionOptions): CompletedRun {
  const { nodes, latency = CONSTANT, seed = 1 } = options
  const complete = (declared: Parameters, given: Readonly<Record<string, unknown>> = {}) => {
    const resolved = resolveParameters(declared, given, delayBound(latency))
    if ("problems" in resolved) throw new Error(`wrong settings: ${JSON.stringify(resolved.problems)}`)
    return resolved.values
  }
  const run = simulate(
    {
      algorithm,
      service: leaderElection,
      nodes,
      parameters: complete(algorithm.parameters, options.parameters),
      workload: complete(leaderElection.workload, options.workload),
      network: { latency, loss: options.loss ?? 0, duplication: options.duplication ?? 0 },
      disk: { syncLatency: 0 },
      faults: options.faults ?? [],
      warmup: options.warmup ?? SECOND,
      duration: options.duration ?? 3 * SECOND,
      eventBudget: options.eventBudget ?? 200_000,
    },
    seed,
  )
  if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason} (${run.event})`)
  return run
}
