/** Worker threads that run batches, as a service; interruption stops a batch at once. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Piscina } from "piscina"
import { workerUrl } from "./assets.ts"
import type { Batch, BatchResult, WorkerSettings } from "./worker.ts"

/** A batch that brought no records: its worker died, or did not come back in time. */
export class BatchLost extends Data.TaggedError("BatchLost")<{ readonly reason: string }> {}

export interface WorkersOptions extends WorkerSettings {
  /** Number of threads. */
  readonly size: number
  /** Real time that a batch may take, in milliseconds. */
  readonly limitMs: number
}

/** Runs batches on worker threads. */
export class Workers extends Context.Service<
  Workers,
  {
    readonly size: number
    readonly run: (batch: Batch) => Effect.Effect<BatchResult, BatchLost>
    /** Ends the threads that served an algorithm and service once no batch of theirs is left. */
    readonly retire: (scenario: Batch["scenario"]) => Effect.Effect<void>
  }
>()("quorate/experiments/Workers") {
  /** Threads of this process; all of them are ended with the scope. */
  static readonly layer = (options: WorkersOptions): Layer.Layer<Workers> =>
    Layer.effect(
      Workers,
      Effect.gen(function* () {
        const pools = yield* Effect.acquireRelease(
          Effect.sync((): Pools => new Map()),
          running => Effect.promise(() => Promise.all([...running.values()].map(pool => pool.destroy()))),
        )
        return Workers.of({
          size: options.size,
          run: batch => runOn(poolFor(pools, batch.scenario, options), batch, options.limitMs),
          retire: scenario =>
            Effect.promise(async () => {
              const pool = pools.get(keyOf(scenario))
              pools.delete(keyOf(scenario))
              await pool?.destroy()
            }),
        })
      }),
    )
}

type Pools = Map<string, Piscina<Batch, BatchResult>>

/** One pool for each algorithm and service: a thread that has seen one of them does not serve another. */
function keyOf({ algorithm, service }: Batch["scenario"]): string {
  return `${algorithm} ${service}`
}

function poolFor(pools: Pools, scenario: Batch["scenario"], { size, registry, outside }: WorkersOptions) {
  const key = keyOf(scenario)
  let pool = pools.get(key)
  if (pool === undefined) {
    const settings: WorkerSettings = {
      ...(registry === undefined ? {} : { registry }),
      ...(outside === undefined ? {} : { outside }),
    }
    pool = new Piscina({
      filename: workerUrl(),
      minThreads: 1,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      idleTimeout: Infinity,
      recordTiming: false,
      workerData: settings,
    })
    pools.set(key, pool)
  }
  return pool
}

function runOn(pool: Piscina<Batch, BatchResult>, batch: Batch, limitMs: number) {
  return Effect.tryPromise({
    try: async signal => {
      // An empty batch waits for a thread that has started; only then does the time of the real one count.
      await pool.run({ ...batch, seeds: [] }, { signal })
      return await pool.run(batch, { signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) })
    },
    catch: error => new BatchLost({ reason: reasonOf(error, limitMs) }),
  })
}

function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name !== "AbortError") return `the worker failed: ${error.message}`
  return `no end after ${limitMs / 1_000} s of real time: an endless loop in a handler?`
}
