/** Rewrites the report of results from the runs in their store, without running anything. */
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import * as bundledRegistry from "../../algorithms/registry.ts"
import { loadRegistry } from "../../scenarios/outside/load.ts"
import type { Plan } from "../model/plan.ts"
import { MANIFEST, parseManifest } from "../store/manifest.ts"
import { sweepUntilPrecise } from "./precise-sweep.ts"
import { Algorithms, experimentLayer, type RunOptions, workersFor } from "./prepare.ts"
import { readResults } from "./read-results.ts"
import { finish } from "./run.ts"
import { Store } from "../store/service.ts"
import { parseExperiment } from "../plan/spec.ts"
import type { Experiment } from "../model/experiment.ts"
import { StoreError, storeError } from "../../lib/errors.ts"
import { ProgressTracker } from "./sweep.ts"

/**
 * The experiment whose results are in a folder, from the spec in its manifest.
 *
 * @param given modules of outside algorithms, in place of those in the manifest that no longer exist
 * @returns `undefined` if the folder has no manifest; rejects with a {@link StoreError} if its spec is unusable now
 */
export async function experimentIn(folder: string, given: readonly string[] = []): Promise<Experiment | undefined> {
  const manifest = readManifest(join(folder, MANIFEST))
  if (manifest === undefined) return undefined
  const named = (manifest.outside ?? []).map(path => resolve(folder, path))
  const kept = given.length === 0 ? named : named.filter(path => existsSync(path))
  const gone = kept.find(path => !existsSync(path))
  if (gone !== undefined) {
    const message = `${folder}: its algorithms came from ${relative("", gone)}, which is not there; if it has moved, name it with --algorithms`
    throw new StoreError({ message })
  }
  const loaded = await loadRegistry([...given, ...kept], bundledRegistry)
  if ("problems" in loaded) throw new StoreError({ message: loaded.problems.join("\n") })
  const { registry, modules } = loaded
  const added = (manifest.variants ?? []).map(({ algorithm }) => algorithm)
  const experiment = parseExperiment(`${manifest.experiment}.yaml`, manifest.spec, registry, { modules, added })
  if (!("problems" in experiment)) return experiment
  const [first] = experiment.problems
  throw new StoreError({ message: `${folder}: its spec does not fit this version: ${first?.message ?? ""}` })
}

/** @returns `undefined` if there is none */
function readManifest(path: string) {
  if (!existsSync(path)) return undefined
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (error) {
    throw storeError(path, error)
  }
  const manifest = parseManifest(text)
  if (typeof manifest === "string") throw new StoreError({ message: `${path}: ${manifest}` })
  const { experiment = basename(dirname(path)), spec } = manifest
  if (spec === undefined) throw new StoreError({ message: `${path}: spec: missing` })
  return { ...manifest, experiment, spec }
}

/** Finds all runs of a plan in the store. */
const sweptBefore = Effect.fnUntraced(function* (plan: Plan, options: RunOptions) {
  const store = yield* Store
  const work = store.work()
  const resumed = work.earlier.done
  if (work.pending.length > 0) {
    const missing = `${work.total - resumed} of ${work.total} runs are not there, or of another version of the code`
    return yield* new StoreError({ message: `${store.path}: ${missing}; quorate run does them` })
  }
  if (plan.experiment.precision === undefined) return { state: new ProgressTracker(work, 0).state(0), resumed }
  // The number of runs that makes a cell precise is determined as in the sweep: by judging one run after the other.
  return yield* sweepUntilPrecise(plan).pipe(Effect.provide(workersFor(plan, options)))
})

/** Writes tables, charts, report and manifest of a plan whose runs are all in the store. */
export const reportAgain = Effect.fn("reportAgain")(
  function* (plan: Plan, options: RunOptions) {
    return yield* finish(plan, options, yield* sweptBefore(plan, options))
  },
  (run, plan, options) => Effect.provide(run, experimentLayer(plan, options)),
)

/** Computes the material of tables and charts of a plan whose runs are all in the store. */
export const resultsAgain = Effect.fn("resultsAgain")(
  function* (plan: Plan, options: RunOptions) {
    yield* sweptBefore(plan, options)
    return yield* readResults(plan, yield* Store, yield* Algorithms)
  },
  (run, plan, options) => Effect.provide(run, experimentLayer(plan, options)),
)
