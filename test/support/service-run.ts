/** Runs an algorithm under a service's workload, with settings as a user writes them. */
import type { Algorithm, Shape } from "../../runtime/algorithm.ts"
import { delayBound } from "../../runtime/latency.ts"
import { type Parameters, resolveParameters } from "../../runtime/parameters.ts"
import type { CompletedRun, Fault, Latency, RunResult, Scenario } from "../../runtime/scenario.ts"
import type { Service, ServiceOutcome } from "../../runtime/service.ts"
import { simulate, type SimulationOptions } from "../../runtime/simulation.ts"
import { parseDuration } from "../../runtime/units.ts"

export interface ServiceRunOptions {
  readonly nodes: number
  readonly latency?: string | Latency
  readonly loss?: number
  readonly duplication?: number
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly workload?: Readonly<Record<string, unknown>>
  readonly faults?: readonly Fault[]
  readonly warmup?: string
  readonly duration?: string
  readonly simulation?: SimulationOptions
}

/** A scenario, completed with the defaults of the algorithm and the service. */
export function scenarioOf<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ServiceRunOptions,
): Scenario {
  const latency = latencyOf(options.latency ?? "1ms")
  return {
    algorithm,
    service,
    nodes: options.nodes,
    parameters: resolved(algorithm.parameters, options.parameters, latency),
    workload: resolved(service.workload, options.workload, latency),
    network: { latency, loss: options.loss ?? 0, duplication: options.duplication ?? 0 },
    disk: { syncLatency: 0 },
    faults: options.faults ?? [],
    warmup: micros(options.warmup ?? "0ms"),
    duration: micros(options.duration ?? "1s"),
  }
}

export function runService<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ServiceRunOptions,
  seed = 1,
): RunResult {
  return simulate(scenarioOf(algorithm, service, options), seed, options.simulation)
}

/** A run that must come to its end. */
export function completeRun<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ServiceRunOptions,
  seed = 1,
): CompletedRun {
  const run = runService(algorithm, service, options, seed)
  if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason} (${run.event}; ${run.state})`)
  return run
}

/** The checks that were violated, each with its witness. */
export function violations(judged: Pick<CompletedRun, "outcome"> | ServiceOutcome): string[] {
  const { verdicts } = "outcome" in judged ? judged.outcome : judged
  return Object.entries(verdicts).flatMap(([check, verdict]) =>
    verdict.verdict === "violated" ? [`${check}: ${verdict.witness}`] : [],
  )
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

function micros(text: string): number {
  const value = parseDuration(text)
  if (value === undefined) throw new Error(`not a duration: ${text}`)
  return value
}
