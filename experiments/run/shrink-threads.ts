/** Threads that shrink violating runs; interruption and timeouts terminate them at once. */
import * as Effect from "effect/Effect"
import type { Piscina } from "piscina"
import { workerUrl } from "../../lib/assets.ts"
import { startPool } from "../../lib/pool.ts"
import type { WorkerSettings } from "./worker.ts"
import type { ShrinkTask, ShrunkRun } from "../../debugger/shrink/task.ts"

export interface ShrinkThreads extends WorkerSettings {
  /** Number of threads. */
  readonly size: number
  /** Real time that shrinking one run may take, in milliseconds. */
  readonly limitMs: number
}

/** A run that could not be shrunk: the thread crashed or timed out. */
export interface NotShrunk {
  readonly reason: string
}

/** Shrinks runs in parallel; undefined for a run that does not reproduce its symptom. */
export const shrinkAll = (tasks: readonly ShrinkTask[], { size, limitMs, ...settings }: ShrinkThreads) =>
  Effect.gen(function* () {
    if (tasks.length === 0) return []
    const pool = yield* Effect.acquireRelease(
      Effect.sync(() =>
        startPool<ShrinkTask, ShrunkRun | undefined>({
          filename: workerUrl(),
          name: "shrinkRun",
          minThreads: 1,
          maxThreads: Math.min(size, tasks.length),
          concurrentTasksPerWorker: 1,
          workerData: settings,
        }),
      ),
      running => Effect.promise(() => running.destroy()),
    )
    return yield* Effect.forEach(tasks, task => runOn(pool, task, limitMs), { concurrency: size })
  }).pipe(Effect.scoped)

function runOn(pool: Piscina<ShrinkTask, ShrunkRun | undefined>, task: ShrinkTask, limitMs: number) {
  return Effect.tryPromise({
    try: signal => pool.run(task, { signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) }),
    catch: (error): NotShrunk => ({ reason: reasonOf(error, limitMs) }),
  }).pipe(Effect.catch(notShrunk => Effect.succeed(notShrunk)))
}

function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === "AbortError" ? `no end after ${limitMs / 1_000} s of real time` : error.message
}
