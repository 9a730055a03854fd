/** The scenarios that are timed: each algorithm's steady state with everything on, as experiments run it. */
import { algorithms, serviceFor } from "../../algorithms/registry.ts"
import { delayBound } from "../../runtime/network/latency.ts"
import { type Parameters, resolveParameters } from "../../runtime/contract/parameters.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import type { Latency } from "../../runtime/network/network.ts"
import { parseDuration } from "../../runtime/contract/units.ts"

export interface Steady {
  readonly algorithm: string
  readonly service: string
  readonly nodes: number
  /** Virtual time. */
  readonly duration: string
  readonly latency?: Latency
  /** True if links keep messages in order. */
  readonly fifo?: boolean
  /** The difference from other scenarios of the same algorithm and size. */
  readonly note?: string
  /** The number of runs per call, for short ones; default 1. */
  readonly repeat?: number
  /** Settings as a user writes them. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly workload?: Readonly<Record<string, unknown>>
}

/** Delays drawn from a table, as in most experiments. */
const LATENCY: Latency = { model: "uniform", min: 500, max: 1_500 }

/** A scenario without faults: metrics, checks and digest are on, as always. */
export function steadyState(steady: Steady): Scenario {
  const { nodes, latency = LATENCY, fifo = false } = steady
  const algorithm = algorithms[steady.algorithm]
  const service = algorithm && serviceFor(algorithm, steady.service)
  if (algorithm === undefined || service === undefined) throw new Error(`no ${steady.algorithm}, ${steady.service}`)
  const bound = delayBound(latency)
  return {
    algorithm,
    service,
    nodes,
    parameters: settings(algorithm.parameters, steady.parameters ?? {}, bound),
    workload: settings(service.workload, steady.workload ?? {}, bound),
    network: { latency, loss: 0, duplication: 0, fifo },
    disk: { syncLatency: 0 },
    faults: [],
    warmup: 1_000_000,
    duration: parseDuration(steady.duration)!,
  }
}

function settings(declared: Parameters, given: Readonly<Record<string, unknown>>, linkDelay: number) {
  const resolved = resolveParameters(declared, given, linkDelay)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.values
}
