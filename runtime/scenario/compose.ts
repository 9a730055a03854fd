/** Composes scenarios from settings as people write them: missing ones get the declared defaults. */
import type { Algorithm, Shape } from "../contract/algorithm.ts"
import { delayBound } from "../network/latency.ts"
import { type Parameters, resolveParameters } from "../contract/parameters.ts"
import type { Fault, Scenario } from "./scenario.ts"
import type { Latency } from "../network/network.ts"
import type { Service } from "../contract/service.ts"
import { type Micros, parseDuration } from "../contract/units.ts"

export interface ScenarioOptions {
  readonly nodes: number
  /** A constant delay such as "1ms" (the default), or a model. */
  readonly latency?: string | Latency
  /** Shares, 0..1. Default 0. */
  readonly loss?: number
  readonly duplication?: number
  /** True if each link delivers in the order of sending. Default false. */
  readonly fifo?: boolean
  /** Parameters of the algorithm and settings of the workload, as in a spec. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly workload?: Readonly<Record<string, unknown>>
  readonly syncLatency?: string
  readonly faults?: readonly Fault[]
  /** The initial leader, and the initial log of each node; see `Scenario`. */
  readonly leader?: number
  readonly initial?: readonly (readonly number[])[]
  /** Default 0. */
  readonly warmup?: string
  /** Default 1 s. */
  readonly duration?: string
  readonly eventBudget?: number
}

/**
 * A complete scenario.
 *
 * @throws Error if a setting is unknown or not allowed: the caller's own mistake
 */
export function composeScenario<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ScenarioOptions,
): Scenario {
  const latency = latencyOf(options.latency ?? "1ms")
  return {
    algorithm,
    service,
    nodes: options.nodes,
    parameters: resolved(algorithm.parameters, options.parameters, latency),
    workload: resolved(service.workload, options.workload, latency),
    network: {
      latency,
      loss: options.loss ?? 0,
      duplication: options.duplication ?? 0,
      ...(options.fifo === undefined ? {} : { fifo: options.fifo }),
    },
    disk: { syncLatency: micros(options.syncLatency ?? "0ms") },
    faults: options.faults ?? [],
    ...(options.leader === undefined ? {} : { leader: options.leader }),
    ...(options.initial === undefined ? {} : { initial: options.initial }),
    warmup: micros(options.warmup ?? "0ms"),
    duration: micros(options.duration ?? "1s"),
    ...(options.eventBudget === undefined ? {} : { eventBudget: options.eventBudget }),
  }
}

function resolved(
  declared: Parameters,
  given: Readonly<Record<string, unknown>> | undefined,
  latency: Latency,
): Readonly<Record<string, unknown>> {
  const result = resolveParameters(declared, given ?? {}, delayBound(latency))
  if ("problems" in result) throw new Error(`wrong settings: ${JSON.stringify(result.problems)}`)
  return result.values
}

function latencyOf(latency: string | Latency): Latency {
  return typeof latency === "string" ? { model: "constant", delay: micros(latency) } : latency
}

function micros(text: string): Micros {
  const value = parseDuration(text)
  if (value === undefined) throw new Error(`not a duration: ${text}`)
  return value
}
