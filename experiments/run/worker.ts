/**
 * The worker: runs batches of runs and sends back their records.
 *
 * A batch is one message each way. A worker serves one algorithm and one service as long as it lives, so that the
 * handlers the engine has optimized stay the only ones it sees.
 */
import { threadId, workerData } from "node:worker_threads"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import type { Observer } from "../../runtime/simulation/trace.ts"
import { type CellScenario, type Registry, toScenario } from "../../scenarios/cell.ts"
import { caseOf } from "../../scenarios/cases.ts"
import { runCycle } from "../../scenarios/cycle-record.ts"
import { measure } from "../../scenarios/measure.ts"
import { type ShrinkTask, shrinkTask, type ShrunkRun } from "../../debugger/shrink/task.ts"
import { type EncodedRun, encodeRun } from "../store/encoding.ts"
import { Watch } from "./watch.ts"

/** Runs of one cell. */
export interface RunTask {
  readonly scenario: CellScenario
  readonly seeds: readonly number[]
}

export interface Batch {
  /** Runs of one algorithm and service, at least one: cells are small where there are many, and messages are dear. */
  readonly tasks: readonly RunTask[]
  /** Memory of the {@link Watch} that says how far the worker is. */
  readonly watch?: SharedArrayBuffer
  /** Runs under observation: it takes longer, and events are counted. */
  readonly observed?: Observation
  /** In place of records: whether the algorithm keeps the contract in the first run. */
  readonly examined?: true
}

export interface Observation {
  /** The number of the event at which the run is made to fail, so that event and state can be told. */
  readonly stopAt?: number
  /** Why. */
  readonly reason?: string
}

export interface BatchResult {
  /** In the order of the tasks, and of the seeds of each. */
  readonly runs: readonly EncodedRun[]
  /** Real time it took, in milliseconds; the size of later batches follows it. */
  readonly elapsedMs: number
  /** The rule of the contract that the examined run breaks. */
  readonly breach?: string
}

/** The settings that workers are started with. */
export interface WorkerSettings {
  /** URL of a module that is the registry to use; absent: the algorithms of the workbench. */
  readonly registry?: string
  /** Absolute paths of modules from outside with further algorithms. */
  readonly outside?: readonly string[]
}

const registry = loadRegistry(workerData)
/** A worker lives for many runs. */
const pool = new RunPool()

export default async function runBatch({ tasks, watch, observed, examined }: Batch): Promise<BatchResult> {
  const known = await registry
  const seat = new Watch(watch)
  const options = observed === undefined ? { pool } : { pool, observer: observerFor(observed, seat) }
  const started = performance.now()
  seat.enter(threadId, processorMs())
  if (examined === true) return examineFirst(tasks, seat, started)
  let position = 0
  const runs = tasks.flatMap(({ scenario, seeds }) => {
    const definite = toScenario(scenario, known)
    return seeds.map(seed => {
      seat.begin(position++)
      if (scenario.rare !== undefined) return encodeRun(runCycle(scenario, scenario.rare, seed, known, options))
      const own = scenario.every === undefined ? definite : toScenario(caseOf(scenario, seed), known)
      return encodeRun(measure(simulate(own, seed, options), own))
    })
  })
  return { runs, elapsedMs: performance.now() - started }
}

async function examineFirst([task]: readonly RunTask[], seat: Watch, started: number): Promise<BatchResult> {
  const [seed] = task?.seeds ?? []
  if (task === undefined || seed === undefined) throw new Error("there is no run to examine")
  // Loaded only for algorithms from outside: a worker must start in milliseconds.
  const { findBreach } = await import("../../scenarios/outside/contract.ts")
  const definite = toScenario(task.scenario, await registry)
  seat.begin(0)
  const breach = await findBreach(definite, seed)
  return { runs: [], elapsedMs: performance.now() - started, ...(breach === undefined ? {} : { breach }) }
}

/** Processor time of this thread, in milliseconds; 0 where Node.js does not tell. */
function processorMs(): number {
  const { threadCpuUsage }: { readonly threadCpuUsage?: typeof process.threadCpuUsage } = process
  const taken = threadCpuUsage?.()
  return taken === undefined ? 0 : (taken.user + taken.system) / 1_000
}

/** Shrinks a violating run; see `shrink/`. */
export async function shrinkRun(task: ShrinkTask): Promise<ShrunkRun | undefined> {
  return shrinkTask(task, await registry)
}

function observerFor({ stopAt = Infinity, reason }: Observation, seat: Watch): Observer {
  return () => {
    if (seat.count() >= stopAt) throw new Error(reason)
  }
}

async function loadRegistry(settings: WorkerSettings | null): Promise<Registry> {
  const { registry: url, outside = [] } = settings ?? {}
  const base: Registry = url === undefined ? await import("../../algorithms/registry.ts") : await import(url)
  if (outside.length === 0) return base
  // Loaded only if there are any: a worker must start in milliseconds.
  const { registryWith } = await import("../../scenarios/outside/load.ts")
  return registryWith(outside, base)
}
