/** Runs a plan on all workers, and keeps the store and the progress display up to date. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { BatchQueue } from "./batches.ts"
import type { Plan } from "../model/plan.ts"
import { Progress, type ProgressState } from "./progress.ts"
import type { EncodedRun } from "../store/encoding.ts"
import { useStore } from "../store/service.ts"
import type { PendingRuns, Work } from "../store/store.ts"
import { TimeLeft } from "./time-left.ts"
import { runSurely } from "./watchdog.ts"
import { Workers } from "./workers.ts"

/** The remaining time of an algorithm from which on it pays to start new threads that run faster. */
const LONG_MS = 60_000

/**
 * Runs the pending runs of a plan, and adds each to the store; returns the final progress.
 *
 * A run whose worker crashes or times out fails alone; the sweep continues.
 *
 * @param isLast true if no more runs of the same algorithms will follow
 */
export const sweep = Effect.fnUntraced(function* (plan: Plan, work: Work, isLast = true) {
  const workers = yield* Workers
  const queue = new BatchQueue(work.pending)
  const progress = yield* Progress
  const tracker = new ProgressTracker(work, yield* Clock.currentTimeMillis)
  const timeLeft = new TimeLeft(work.pending, workers.size)
  yield* progress.update(tracker.state(tracker.began))
  const lane = Effect.gen(function* () {
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) {
      const tasks = batch.map(({ cell: { scenario }, repeats }) => {
        return { scenario, seeds: repeats.map(repeat => plan.seeds[repeat]!) }
      })
      const { runs, elapsedMs } = yield* runSurely(tasks)
      yield* keep(batch, runs)
      let next = 0
      for (const { places, repeats } of batch) for (const _ of repeats) tracker.count(runs[next++]!, places.length)
      timeLeft.finished(batch, elapsedMs)
      const { scenario } = batch[0]!.cell
      if (timeLeft.remainingMsOf(batch[0]!.cell) > LONG_MS) yield* workers.hasten(scenario)
      const state = tracker.state(yield* Clock.currentTimeMillis)
      yield* progress.update({ ...state, remainingMs: timeLeft.remainingMs })
      if (queue.finished(batch, elapsedMs) && isLast) yield* workers.retire(scenario)
    }
  })
  yield* Effect.all(
    Array.from({ length: workers.size }, () => lane),
    { concurrency: "unbounded", discard: true },
  )
  return tracker.state(yield* Clock.currentTimeMillis)
})

/** Adds the runs of a batch to the store. @param runs in the order of the batch's parts, and of the repeats of each */
export const keep = (parts: readonly Omit<PendingRuns, "cell">[], runs: readonly EncodedRun[]) =>
  useStore(store => {
    let next = 0
    store.addAll(
      parts.map(({ places, repeats }) => {
        return { place: places[0]!, runs: repeats.map(repeat => [repeat, runs[next++]!] as const) }
      }),
    )
  })

/** Counts finished runs, and their rate. */
export class ProgressTracker {
  /** Real time at which the sweep began, in milliseconds. */
  readonly began: number
  readonly #total: number
  readonly #earlier: number
  #done: number
  #failed: number
  #violated: number

  constructor({ total, earlier }: Work, began: number) {
    this.began = began
    this.#total = total
    this.#earlier = earlier.done
    this.#done = earlier.done
    this.#failed = earlier.failed
    this.#violated = earlier.violated
  }

  /** @param cells the number of cells that share the run */
  count({ status, violated }: EncodedRun, cells: number): void {
    this.#done += cells
    if (status === "failed") this.#failed += cells
    if (violated) this.#violated += cells
  }

  state(now: number): ProgressState {
    const elapsedMs = now - this.began
    const here = this.#done - this.#earlier
    return {
      phase: "running",
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
      violated: this.#violated,
      elapsedMs,
      perSecond: elapsedMs === 0 ? 0 : (here * 1_000) / elapsedMs,
      remainingMs: here === 0 ? undefined : (elapsedMs * (this.#total - this.#done)) / here,
    }
  }
}
