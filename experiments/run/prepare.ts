/** The services of an experiment that runs: its algorithms, its store and its worker threads. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { codeVersion } from "../../lib/assets.ts"
import { type Registry, withFollowers } from "../../scenarios/cell.ts"
import { registryWith } from "../../scenarios/outside/load.ts"
import type { Plan } from "../model/plan.ts"
import { Store } from "../store/service.ts"
import { STORE_FILE } from "../store/store.ts"
import { columnOf, namesIn } from "../store/tables.ts"
import { Workers } from "./workers.ts"

export interface RunOptions {
  /** The folder for the results; it is created if missing. See `resultsFolder`. */
  readonly outDir: string
  /** Number of worker threads; default: one for each core. */
  readonly workers?: number
  /** A registry in place of the workbench's own, and the URL of its module, for the workers. */
  readonly registry?: { readonly module: string; readonly registry: Registry }
  /** Real time that a single run may take, in milliseconds; default: two minutes. */
  readonly limitMs?: number
  /** Memory that the state of a run may take, in MiB; default: 2 GiB. */
  readonly memoryMb?: number
}

/** Default limits of a run: real time in milliseconds, memory in MiB. */
export const LIMIT_MS = 120_000
export const MEMORY_MB = 2_048

/** The algorithms that the experiment may use, outside ones included. */
export class Algorithms extends Context.Service<Algorithms, Registry>()("quorate/experiments/Algorithms") {
  static readonly layer = (plan: Plan, { registry }: RunOptions) =>
    Layer.effect(
      Algorithms,
      Effect.promise(() => registryWith(plan.experiment.outside, registry?.registry)),
    )
}

/** Algorithms and store of a plan. @param file the store; default: the one in the results folder */
export function experimentLayer(plan: Plan, options: RunOptions, file = join(options.outDir, STORE_FILE)) {
  const store = Layer.unwrap(
    Effect.gen(function* () {
      const registry = yield* Algorithms
      return Store.layer(file, opened => opened.begin(plan, versionsFor(registry), vocabularyOf(plan, registry)))
    }),
  )
  return Layer.provideMerge(store, Algorithms.layer(plan, options))
}

/** Worker threads of this process for the runs of a plan. */
export function workersFor({ experiment }: Plan, options: RunOptions) {
  return threads(options, experiment.outside)
}

/** Worker threads of this process. */
export function threads(options: Omit<RunOptions, "outDir">, outside: readonly string[] = []) {
  return Workers.layer({
    size: options.workers ?? availableParallelism(),
    limitMs: options.limitMs ?? LIMIT_MS,
    memoryMb: options.memoryMb ?? MEMORY_MB,
    outside,
    ...(options.registry === undefined ? {} : { registry: options.registry.module }),
  })
}

/** The version of each algorithm's code, cached. */
export function versionsFor(registry: Registry): (algorithm: string) => string {
  const versions = new Map<string, string>()
  return algorithm => {
    const version = versions.get(algorithm) ?? codeVersion(algorithm, registry.codeOf?.(algorithm))
    versions.set(algorithm, version)
    return version
  }
}

/** The names that become columns of the store's views. */
function vocabularyOf(plan: Plan, registry: Registry) {
  const others = withFollowers(plan.experiment.dimensions).filter(({ name }) => name !== "nodes")
  const dimensions = others.map(dimension => ({ name: dimension.name, column: columnOf(dimension) }))
  return { ...namesIn(plan, registry), dimensions }
}
