/** Worker threads that run batches, as a service; interruption stops a batch at once. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Piscina } from "piscina"
import { workerUrl } from "../../lib/assets.ts"
import { inlineMore } from "../../lib/inlining.ts"
import { startPool } from "../../lib/pool.ts"
import { limitTime } from "./time-limit.ts"
import { Watch } from "./watch.ts"
import type { Batch, BatchResult, RunTask, WorkerSettings } from "./worker.ts"

/**
 * A batch without records: its worker crashed or timed out.
 *
 * It is detected in the parent. No exception crosses to another thread or process: a failed run is a record like others
 * (`EncodedRun`), which is checked when it arrives from a queue, so errors need no schema.
 */
export class BatchLost extends Data.TaggedError("BatchLost")<{
  readonly reason: string
  /** The index in the batch of the current run. */
  readonly position: number
  /** The number of its events so far, if it was run under observation. */
  readonly events: number
}> {}

export interface WorkersOptions extends WorkerSettings {
  /** Number of threads. */
  readonly size: number
  /** Processor time that a batch may take, in milliseconds; real time if Node.js does not report a thread's. */
  readonly limitMs: number
  /** Memory that the state of a run may take, in MiB. */
  readonly memoryMb: number
}

/** Runs batches on worker threads. */
export class Workers extends Context.Service<
  Workers,
  {
    readonly size: number
    readonly run: (batch: Batch) => Effect.Effect<BatchResult, BatchLost>
    /**
     * From now on, runs the batches of an algorithm and service on other threads, which start more slowly but run faster: this
     * pays if much is left (see `lib/inlining.ts`).
     */
    readonly hasten: (scenario: RunTask["scenario"]) => Effect.Effect<void>
    /** Ends the threads that served an algorithm and service, once none of its batches is left. */
    readonly retire: (scenario: RunTask["scenario"]) => Effect.Effect<void>
  }
>()("quorate/experiments/Workers") {
  /** Threads of this process; they end with the scope. */
  static readonly layer = (options: WorkersOptions): Layer.Layer<Workers> =>
    Layer.effect(
      Workers,
      Effect.gen(function* () {
        const pools = yield* Effect.acquireRelease(
          Effect.sync((): Pools => new Map()),
          running => Effect.promise(() => Promise.all([...running.values()].map(pool => pool.destroy()))),
        )
        const hastened = new Set<string>()
        return Workers.of({
          size: options.size,
          run: batch => {
            const key = keyOf(batch.tasks[0]!.scenario)
            return runOn(poolFor(pools, hastened.has(key) ? inHaste(key) : key, options), batch, options)
          },
          hasten: scenario =>
            Effect.sync(() => {
              // Called after every batch, but the engine's flags are set only once.
              if (hastened.size === 0) inlineMore()
              hastened.add(keyOf(scenario))
            }),
          retire: scenario =>
            Effect.promise(async () => {
              const keys = [keyOf(scenario), inHaste(keyOf(scenario))]
              const idle = keys.map(key => pools.get(key))
              for (const key of keys) pools.delete(key)
              await Promise.all(idle.map(async pool => pool?.destroy()))
            }),
        })
      }),
    )
}

type Pools = Map<string, Piscina<Batch, BatchResult>>

/** The young generation of a thread's heap, in MB: with the engine's own limit sweeps took 60 MB more, and as long. */
const YOUNG_MB = 48

/** One pool for each algorithm and service: no thread runs the code of two of them. */
function keyOf({ algorithm, service }: RunTask["scenario"]): string {
  return `${algorithm} ${service}`
}

/** The key of the faster pool that replaces another one. */
function inHaste(key: string): string {
  return `${key} in haste`
}

function poolFor(pools: Pools, key: string, options: WorkersOptions) {
  const { size, registry, outside, memoryMb } = options
  let pool = pools.get(key)
  if (pool === undefined) {
    const settings: WorkerSettings = {
      ...(registry === undefined ? {} : { registry }),
      ...(outside === undefined ? {} : { outside }),
    }
    pool = startPool<Batch, BatchResult>({
      filename: workerUrl(),
      minThreads: 1,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      idleTimeout: Infinity,
      recordTiming: false,
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: 2 * memoryMb + 1_024, maxYoungGenerationSizeMb: YOUNG_MB },
    })
    pools.set(key, pool)
  }
  return pool
}

function runOn(pool: Piscina<Batch, BatchResult>, batch: Batch, options: WorkersOptions) {
  const watch = new Watch()
  const { limitMs, memoryMb } = options
  return Effect.tryPromise({
    try: async signal => {
      // An empty batch waits until a thread has started; only then does the time limit of the real one begin.
      await pool.run({ tasks: [] }, { signal })
      const memory = guardMemory(pool, watch, memoryMb)
      const time = limitTime(limitMs, watch, () => threadOf(pool, watch))
      try {
        const limited = AbortSignal.any([signal, time.exceeded, memory.exceeded])
        return await pool.run({ ...batch, watch: watch.memory }, { signal: limited })
      } catch (error) {
        throw memory.exceeded.aborted ? new Error(`more than ${memoryMb} MiB of memory`) : error
      } finally {
        memory.release()
        time.release()
      }
    },
    catch: error => {
      const { position, events } = watch
      return new BatchLost({ reason: reasonOf(error, limitMs), position, events })
    },
  })
}

/** The thread that runs a batch, once it has started. */
function threadOf(pool: Piscina<Batch, BatchResult>, { thread }: Watch) {
  return pool.threads.find(({ threadId }) => threadId === thread)
}

/** The interval at which the memory of a long batch is checked, in milliseconds of real time. */
const MEMORY_CHECK_MS = 200

/**
 * Limits the memory of the thread that runs a batch.
 *
 * V8's own limit for threads is not enough: if it is far exceeded at once, V8 terminates the whole process.
 */
function guardMemory(pool: Piscina<Batch, BatchResult>, watch: Watch, memoryMb: number) {
  const controller = new AbortController()
  const check = async (): Promise<void> => {
    const heap = await threadOf(pool, watch)?.getHeapStatistics()
    if (heap === undefined) return
    // ArrayBuffers are allocated outside the heap.
    const { used_heap_size: used, external_memory: beside } = heap
    // Node.js 22 does not report it.
    const taken = Number.isFinite(beside) ? used + beside : used
    if (taken > memoryMb * 2 ** 20) controller.abort()
  }
  // A thread that has just ended cannot be queried, and need not be.
  const timer = setInterval(() => void check().catch(() => {}), MEMORY_CHECK_MS)
  return { exceeded: controller.signal, release: () => clearInterval(timer) }
}

function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === "AbortError") return `no end after ${limitMs / 1_000} s of processor time`
  return error.message
}
