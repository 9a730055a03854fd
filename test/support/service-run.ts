/** Runs an algorithm under a service's workload, with settings as a user writes them. */
import type { Algorithm, Shape } from "../../runtime/contract/algorithm.ts"
import { composeScenario, type ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { CompletedRun, RunResult } from "../../runtime/scenario/scenario.ts"
import type { Service, ServiceOutcome } from "../../runtime/contract/service.ts"
import { POOL } from "./pool.ts"
import { simulate, type SimulationOptions } from "../../runtime/simulation/simulation.ts"

export interface ServiceRunOptions extends ScenarioOptions {
  readonly simulation?: SimulationOptions
}

/** A scenario, completed with the defaults of the algorithm and the service. */
export const scenarioOf = composeScenario

export function runService<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ServiceRunOptions,
  seed = 1,
): RunResult {
  return simulate(scenarioOf(algorithm, service, options), seed, { pool: POOL, ...options.simulation })
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
