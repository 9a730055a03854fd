/** Writes the report of results once more, from the runs in their store: nothing is run. */
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as bundledRegistry from "../algorithms/registry.ts"
import type { Plan } from "./plan.ts"
import { MANIFEST } from "./results.ts"
import { sweepUntilPrecise } from "./precise-sweep.ts"
import { finish, prepare, type RunOptions, workersFor } from "./run.ts"
import { type Experiment, parseExperiment } from "./spec.ts"
import { StoreError } from "./store/errors.ts"
import { ProgressTracker } from "./sweep.ts"

/**
 * The experiment that a folder holds the results of, by the spec in its manifest.
 *
 * @returns `undefined` if the folder has no manifest; throws a {@link StoreError} if its spec cannot be used now
 */
export function experimentIn(folder: string): Experiment | undefined {
  const manifest = readManifest(join(folder, MANIFEST))
  if (manifest === undefined) return undefined
  if ((manifest.outside ?? []).length > 0)
    throw new StoreError({ message: `${folder}: its algorithms come from outside; name the spec, and --out ${folder}` })
  const experiment = parseExperiment(`${manifest.experiment}.yaml`, manifest.spec, bundledRegistry)
  if (!("problems" in experiment)) return experiment
  const [first] = experiment.problems
  throw new StoreError({ message: `${folder}: its spec does not fit this version: ${first?.message ?? ""}` })
}

interface Manifest {
  readonly experiment: string
  readonly spec: string
  readonly outside?: readonly string[]
}

function readManifest(path: string): Manifest | undefined {
  try {
    const manifest: Partial<Manifest> = JSON.parse(readFileSync(path, "utf8"))
    const { experiment = basename(dirname(path)), spec, outside = [] } = manifest
    return spec === undefined ? undefined : { experiment, spec, outside }
  } catch {
    return undefined
  }
}

/** Writes tables, charts, report and manifest of a plan all of whose runs are in the store. */
export const reportAgain = Effect.fn("reportAgain")(function* (plan: Plan, options: RunOptions) {
  const { store, registry } = yield* prepare(plan, options)
  const { done } = store.tally()
  const work = store.work()
  if (work.pending.length > 0) {
    const missing = `${work.total - done} of ${work.total} runs are not there, or of another version of the code`
    return yield* new StoreError({ message: `${store.path}: ${missing}; quorate run does them` })
  }
  // How many runs make a cell precise is found as it was: by looking at them one after the other.
  const state =
    plan.experiment.precision === undefined
      ? new ProgressTracker(work, 0).state(0)
      : yield* sweepUntilPrecise(plan, store).pipe(Effect.provide(workersFor(plan, options)))
  return yield* finish(plan, options, { store, registry, state, resumed: done })
}, Effect.scoped)
