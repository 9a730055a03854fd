/**
 * The worker: runs batches of runs and sends back their records.
 *
 * A batch is one message each way. A worker serves one algorithm and one service for its whole life, so that the engine
 * optimizes for their handlers only.
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
  /** Runs of one algorithm and service, at least one: large sweeps have small cells, and messages are expensive. */
  readonly tasks: readonly RunTask[]
  /** Memory of the {@link Watch} that shows the worker's progress. */
  readonly watch?: SharedArrayBuffer
  /** Runs under observation: slower, and events are counted. */
  readonly observed?: Observation
  /** Checks the first run for breaches of the contract instead of returning records. */
  readonly examined?: true
}

export interface Observation {
  /** The event number at which the run is made to fail, so that event and state are reported. */
  readonly stopAt?: number
  /** The reason for the failure. */
  readonly reason?: string
}

export interface BatchResult {
  /** In the order of the tasks, and of the seeds of each. */
  readonly runs: readonly EncodedRun[]
  /** Real time that the batch took, in milliseconds, from which later batches are sized. */
  readonly elapsedMs: number
  /** The rule of the contract that the examined run breaks. */
  readonly breach?: string
}

/** The settings that workers are started with. */
export interface WorkerSettings {
  /** URL of a module that exports the registry; absent: the workbench's own algorithms. */
  readonly registry?: string
  /** Absolute paths of outside modules with further algorithms. */
  readonly outside?: readonly string[]
}

const registry = loadRegistry(workerData)
/** Reused for all runs of this worker. */
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
  // Loaded only for outside algorithms: a worker must start in milliseconds.
  const { findBreach } = await import("../../scenarios/outside/contract.ts")
  const definite = toScenario(task.scenario, await registry)
  seat.begin(0)
  const breach = await findBreach(definite, seed)
  return { runs: [], elapsedMs: performance.now() - started, ...(breach === undefined ? {} : { breach }) }
}

/** Processor time of this thread, in milliseconds; 0 if Node.js does not report it. */
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
  // Loaded only on demand: a worker must start in milliseconds.
  const { registryWith } = await import("../../scenarios/outside/load.ts")
  return registryWith(outside, base)
}
