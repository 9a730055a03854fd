/** Runs sweeps for commands, with their progress on the terminal. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import { didYouMean } from "../../../lib/problems.ts"
import { counted } from "../../../lib/counted.ts"
import { count, estimate, explosionIn } from "../../../experiments/run/estimate.ts"
import type { Plan } from "../../../experiments/model/plan.ts"
import { type RunOptions, workersFor } from "../../../experiments/run/prepare.ts"
import { Progress } from "../../../experiments/run/run.ts"
import type { Experiment } from "../../../experiments/model/experiment.ts"
import { resultsFolder } from "../../../experiments/model/name.ts"
import { type Values, valuesIn } from "../../../experiments/model/values.ts"
import { alignColumns } from "../../../reports/summary-table.ts"
import { type Outcome, runEffect } from "../../effects.ts"
import { EXIT, Interrupted, UsageError } from "../../exit-codes.ts"
import {
  createEventDisplay,
  createProgressDisplay,
  type ProgressDisplay,
  quietDisplay,
  writeEvent,
} from "./progress-display.ts"
import { STORE_FILE } from "../../../experiments/store/store.ts"
import type { SweepSettings } from "./sweep-options.ts"
import type { Terminal } from "../../terminal/terminal.ts"

export { explosionIn } from "../../../experiments/run/estimate.ts"
export { planExperiment } from "../../../experiments/model/plan.ts"
export { runQueued } from "../../../experiments/run/queue.ts"
export { runExperiment } from "../../../experiments/run/run.ts"
export { mergeShards, runShard, shardFolder } from "../../../experiments/run/shards.ts"

/** The folder of saved results that a command line names, by its path or by the name of its experiment. */
export function keptFolder(named: string): string {
  return hasRuns(named) || basename(named) !== named ? named : join("results", named)
}

/** True if a folder holds runs. */
export function hasRuns(folder: string): boolean {
  return existsSync(join(folder, STORE_FILE))
}

/** An experiment with only the cells whose id is, or begins with, one that the user named. */
export function onlyCells(experiment: Experiment, only: string | undefined): Experiment {
  if (only === undefined) return experiment
  const cells = experiment.cells.filter(({ id }) => id === only || id.startsWith(`${only}/`))
  if (cells.length > 0) return { ...experiment, cells }
  const ids = experiment.cells.map(({ id }) => id)
  const shown = ids.length > 6 ? [...ids.slice(0, 5), "..."] : ids
  throw new UsageError(`--only: there is no cell ${only}${didYouMean(only, ids) || `; there are ${shown.join(", ")}`}`)
}

/** The settings of an experiment's run, from the options. */
export function runOptions(experiment: Experiment, { workers, out, limit, memory }: SweepSettings): RunOptions {
  return {
    outDir: out ?? resultsFolder(experiment),
    ...(workers === undefined ? {} : { workers }),
    ...(limit === undefined ? {} : { limitMs: limit }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
  }
}

/** Runs a sweep to its end, showing its progress according to the options. */
export async function watch<A, E>(
  sweep: Effect.Effect<A, E, Progress | FileSystem.FileSystem>,
  settings: SweepSettings,
  terminal: Terminal,
): Promise<Outcome<A, E>> {
  const display = displayFor(settings, terminal)
  const progress = Layer.succeed(Progress, Progress.of({ update: state => Effect.sync(() => display.update(state)) }))
  try {
    return await runEffect(sweep.pipe(Effect.provide(Layer.merge(progress, NodeServices.layer))), terminal)
  } finally {
    display.close()
  }
}

function displayFor({ quiet, json }: SweepSettings, { out, err }: Terminal): ProgressDisplay {
  if (json === true) return createEventDisplay(out)
  return quiet === true ? quietDisplay : createProgressDisplay(err)
}

/** Prints what a plan will cost, without running it; returns the exit code. */
export async function describeCost(plan: Plan, settings: SweepSettings, terminal: Terminal): Promise<number> {
  const { cells, repeat, runs, experiment } = plan
  const options = runOptions(experiment, settings)
  const outcome = await runEffect(estimate(plan).pipe(Effect.provide(workersFor(plan, options))), terminal)
  if (outcome.status === "interrupted") throw new Interrupted()
  if (outcome.status === "failed") throw outcome.error
  const variants = outcome.value
  const [messages, seconds] = [sum(variants.map(each => each.messages)), sum(variants.map(each => each.seconds))]
  const explosion = explosionIn(plan)
  if (settings.json === true) {
    const estimates = { messages, seconds, variants, explosion: explosion ?? null }
    writeEvent(terminal.out, "estimate", { cells: cells.length, runs, ...estimates })
    return EXIT.ok
  }
  const rows = variants.map(each => [
    each.label,
    ...[each.cells, each.runs, each.messages].map(count),
    span(each.seconds),
  ])
  terminal.out.write(
    [
      `${experiment.name}: ${[
        counted(cells.length, "cell", count),
        `${counted(repeat, "run", count)} each`,
        counted(runs, "run", count),
      ].join(", ")}`,
      `about ${counted(messages, "message", count)} and ${span(seconds)} of one core\n`,
      ...describeValues(valuesIn(experiment)),
      alignColumns([["algorithm", "cells", "runs", "messages", "time"], ...rows], 1),
      ...(explosion === undefined ? [] : [`\nToo much: ${explosion}; it runs only with --force`]),
      "",
    ].join("\n"),
  )
  return EXIT.ok
}

/** The maximal number of values listed for a setting; of more, only the first and the last are shown. */
const MAX_VALUES = 12

function describeValues(all: readonly Values[]): readonly string[] {
  if (all.length === 0) return []
  const rows = all.map(({ name, formulas, values }) => {
    const shown = values.length > MAX_VALUES ? [...values.slice(0, MAX_VALUES - 2), "...", values.at(-1)!] : values
    return [name, shown.join(", "), formulas.join(", ")]
  })
  const hasFormulas = all.some(({ formulas }) => formulas.length > 0)
  const header = ["setting", "values", ...(hasFormulas ? ["from"] : [])]
  return [`${alignColumns([header, ...rows.map(row => row.slice(0, header.length))], header.length)}\n`]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function span(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${count(seconds / 86_400)} days`
}
