/** Runs a sweep for a command, with its progress on the terminal. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { planExperiment } from "../experiments/plan.ts"
import { Progress, runExperiment, type RunOptions, type StoreError, type Summary } from "../experiments/run.ts"
import type { Experiment } from "../experiments/spec.ts"
import { type Outcome, runEffect } from "./effects.ts"
import { createProgressDisplay } from "./progress-display.ts"
import type { Terminal } from "./terminal.ts"

export { resultsFolder } from "../experiments/run.ts"

/** Runs all runs of an experiment and writes the results. */
export async function runSweep(
  experiment: Experiment,
  options: RunOptions,
  terminal: Terminal,
): Promise<Outcome<Summary, StoreError>> {
  const display = createProgressDisplay(terminal.err)
  const progress = Layer.succeed(Progress, Progress.of({ update: state => Effect.sync(() => display.update(state)) }))
  const running = runExperiment(planExperiment(experiment), options).pipe(
    Effect.provide(Layer.merge(progress, NodeServices.layer)),
  )
  try {
    return await runEffect(running, terminal)
  } finally {
    display.close()
  }
}
