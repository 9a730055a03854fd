/** Finds one run of an experiment, so that it can be repeated alone and inspected. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { basename, dirname, extname, join, resolve } from "node:path"
import * as bundledRegistry from "../algorithms/registry.ts"
import type { Scenario } from "../runtime/scenario/scenario.ts"
import { codeVersion } from "../lib/assets.ts"
import { bundledExperiments, bundledScenarios } from "../experiments/plan/bundled.ts"
import { caseOf, casesOf, countCases } from "../scenarios/cases.ts"
import { cases } from "../scenarios/file/cases.ts"
import type { FileProblem } from "../scenarios/file/codec.ts"
import { type CellScenario, type Registry, toScenario } from "../scenarios/cell.ts"
import { loadRegistry, registryWith } from "../scenarios/outside/load.ts"
import { findPlannedRun, planExperiment } from "../experiments/model/plan.ts"
import { MANIFEST, parseManifest } from "../experiments/store/manifest.ts"
import { decodeScenario, encodeScenario, type RunnableScenario } from "../scenarios/scenario-file.ts"
import { loadScenario, SCENARIO_CLAIM } from "../scenarios/scenario-source.ts"
import { loadExperiment, type LoadOptions } from "../experiments/plan/spec.ts"
import { didYouMean, nearestOf } from "../lib/problems.ts"
import { nameOf } from "../lib/source.ts"
import { IS_DEVICE, isDevice } from "../lib/device.ts"
import { own } from "../runtime/lib/own.ts"

/** A run that can be repeated: `simulate(scenario, seed)`. */
export interface ReplayableRun {
  readonly id: string
  /** The title in a scenario file, if it has one. */
  readonly title?: string
  /** The scenario as plain data, and with its algorithm and service resolved. */
  readonly written: CellScenario
  readonly scenario: Scenario
  readonly seed: number
  /** Outside modules that its algorithm may come from. */
  readonly outside: readonly string[]
  /** True if the results were made by a different version of the code, so that the run may now differ. */
  readonly codeChanged: boolean
}

/** The run does not exist, or there are no results to find it in. */
export class ReplayError extends Data.TaggedError("ReplayError")<{ readonly message: string }> {}

/**
 * Finds a run.
 *
 * @param target a scenario file, a folder with results, its manifest, or a spec
 * @param id the run's id, as in `runs.csv`, e.g. `raft/nodes=5/crashes=2/7`; a scenario file needs none
 * @param options outside modules for scenario files and specs; a manifest names those that it needs
 */
export const findRun = Effect.fn("findRun")(function* (
  target: string,
  id: string | undefined,
  { registry = bundledRegistry, outside = [] }: LoadOptions = {},
) {
  const given = yield* Effect.promise(() => loadRegistry(outside, registry))
  if ("problems" in given) return yield* new ReplayError({ message: given.problems.join("\n") })
  if (isDevice(target)) return yield* new ReplayError({ message: `${target}: ${IS_DEVICE}` })
  const run = yield* loadScenario(target, given.registry)
  if (run !== undefined) return yield* runOfScenario(target, run, id, given.registry, outside)
  const files = yield* FileSystem.FileSystem
  const exists = yield* files.exists(target).pipe(Effect.orElseSucceed(() => false))
  if (!exists) {
    return yield* new ReplayError({ message: `${target}: there is no such file or folder${bundledMeant(target)}` })
  }
  const manifest = target.endsWith(".json") ? target : join(target, MANIFEST)
  const hasManifest = yield* files.exists(manifest).pipe(Effect.orElseSucceed(() => false))
  if (hasManifest) {
    const text = yield* files
      .readFileString(manifest)
      .pipe(Effect.mapError(() => new ReplayError({ message: `${manifest}: this file cannot be read` })))
    return yield* runInManifest(manifest, text, id, registry)
  }
  const isFolder = yield* files.stat(target).pipe(
    Effect.map(({ type }) => type === "Directory"),
    Effect.orElseSucceed(() => false),
  )
  if (isFolder) return yield* new ReplayError({ message: `${target}: there is no ${MANIFEST} in this folder` })
  const experiment = yield* loadExperiment(target, { registry, outside })
  const plan = planExperiment(experiment)
  if (id === undefined) return yield* whichRun(plan.cells, target)
  const planned = findPlannedRun(plan, id)
  if (planned === undefined)
    return yield* noSuchRun(id, plan.cells, cell => casesOf(cell.scenario) ?? plan.repeat, target)
  const { cell, seed } = planned
  const found: ReplayableRun = {
    id,
    written: cell.scenario,
    scenario: toScenario(cell.scenario, yield* registryOf(experiment.outside, registry)),
    seed,
    outside: experiment.outside,
    codeChanged: false,
  }
  return found
})

/** The bundled name probably meant by a word that names no file. */
function bundledMeant(word: string): string {
  const names = [...bundledScenarios(), ...bundledExperiments()].map(({ name }) => name)
  return /[./\\]/.test(word) ? "" : didYouMean(word, names)
}

/** A scenario file holds one run, so that there is nothing to choose. */
function runOfScenario(
  file: string,
  run: RunnableScenario,
  id: string | undefined,
  registry: Registry,
  outside: readonly string[],
) {
  if (id !== undefined) {
    return Effect.fail(new ReplayError({ message: `${file}: this file holds one run, so --run has no meaning` }))
  }
  const found: ReplayableRun = {
    id: basename(file, extname(file)),
    ...(run.title === undefined ? {} : { title: run.title }),
    written: run.scenario,
    scenario: toScenario(run.scenario, registry),
    seed: run.seed,
    outside,
    codeChanged: false,
  }
  return Effect.succeed(found)
}

/** The registry with outside modules, which may have disappeared or changed since. */
const registryOf = (paths: readonly string[], base: Registry) =>
  Effect.tryPromise({
    try: () => registryWith(paths, base),
    catch: error => new ReplayError({ message: error instanceof Error ? error.message : String(error) }),
  })

const runInManifest = Effect.fnUntraced(function* (
  file: string,
  text: string,
  id: string | undefined,
  registry: Registry,
) {
  const manifest = parseManifest(text)
  if (typeof manifest === "string") {
    const message = `${file}: neither a scenario file (${SCENARIO_CLAIM}) nor a manifest of results: ${manifest}`
    return yield* new ReplayError({ message })
  }
  if (id === undefined) return yield* whichRun(manifest.cells, file)
  const slash = id.lastIndexOf("/")
  const cell = manifest.cells.find(candidate => candidate.id === id.slice(0, slash))
  const seed = manifest.seeds[Number(id.slice(slash + 1)) - 1]
  if (cell === undefined || seed === undefined)
    return yield* noSuchRun(id, manifest.cells, () => manifest.repeat ?? manifest.seeds.length, file)
  const outside = (manifest.outside ?? []).map(path => resolve(dirname(file), path))
  const known = yield* registryOf(outside, registry)
  const written = checkedScenario(cell.scenario, seed, known)
  if (typeof written === "string") {
    return yield* new ReplayError({ message: `${file}: the scenario of ${cell.id} cannot be run: ${written}` })
  }
  const scenario = toScenario(written, known)
  const { algorithm } = written
  const codeChanged = own(manifest.code ?? {}, algorithm) !== codeVersion(algorithm, known.codeOf?.(algorithm))
  const found: ReplayableRun = { id, written, scenario, seed, outside, codeChanged }
  return found
})

/**
 * The scenario of a cell of a manifest, which may have been edited: it is read like a scenario file.
 *
 * @returns the scenario, or a description of what is wrong with it
 */
function checkedScenario(
  written: Readonly<Record<string, unknown>>,
  seed: number,
  registry: Registry,
): CellScenario | string {
  try {
    const scenario = withCase(asScenario(written), seed)
    if (typeof scenario === "string") return scenario
    const found = decodeScenario(encodeScenario({ scenario, seed: 0 }, registry), registry)
    if (!("problems" in found)) return found.scenario
    const [first] = found.problems
    return first === undefined ? "" : `${nameOf(first.path)}: ${first.message}`
  } catch {
    // It is too malformed even to be written down: a list instead of a number, nothing instead of a network.
    return "not a scenario"
  }
}

/** The scenario of the run's case, if its cell enumerates cases; or the problem with the cases that it gives. */
function withCase({ every, ...scenario }: CellScenario, number: number): CellScenario | string {
  if (every === undefined) return scenario
  const problems: FileProblem[] = []
  const reading = {
    nodes: scenario.nodes,
    roles: [],
    linkDelay: Number.NaN,
    report: (problem: FileProblem) => problems.push(problem),
  }
  const read = cases.read(every, ["every"], reading)
  const [first] = problems
  if (read === undefined || first !== undefined)
    return first === undefined ? "every" : `${nameOf(first.path)}: ${first.message}`
  const runs = countCases(read, scenario.nodes)
  return number <= runs ? caseOf({ ...scenario, every: read }, number) : `it has only ${runs} cases`
}

/** Asserts the type without a check; the caller must check the value. */
function asScenario(written: Readonly<Record<string, unknown>>): CellScenario {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is read again, and checked, right after
  return written as unknown as CellScenario
}

/** Results and specs have many runs. */
function whichRun(cells: readonly { readonly id: string }[], where: string): ReplayError {
  const example = cells[0] === undefined ? "" : `, e.g. --run "${cells[0].id}/1"`
  return new ReplayError({ message: `${where}: which run? Name it with --run, as runs.csv does${example}` })
}

function noSuchRun<C extends { readonly id: string }>(
  id: string,
  cells: readonly C[],
  runsOf: (cell: C) => number,
  where: string,
): ReplayError {
  const slash = id.lastIndexOf("/")
  const cell = cells.find(candidate => candidate.id === id.slice(0, slash))
  if (cell !== undefined) {
    return new ReplayError({
      message: `${where}: there is no run "${id}"; the runs of this cell are ${cell.id}/1 to ${cell.id}/${runsOf(cell)}`,
    })
  }
  const ids = cells.map(candidate => candidate.id)
  const nearest = nearestOf(id.slice(0, slash), ids) ?? ids[0]
  return new ReplayError({ message: `${where}: there is no run "${id}"; a run is named like ${nearest}/1` })
}
