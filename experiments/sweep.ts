/** Runs everything a plan asks for, on all workers, and keeps the journal and the progress display up to date. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { BatchQueue, type PlannedBatch } from "./batches.ts"
import type { Journal } from "./journal.ts"
import type { RunRecord } from "./measure.ts"
import type { Plan } from "./plan.ts"
import { Progress, type ProgressState } from "./progress.ts"
import type { BatchResult } from "./worker.ts"
import { Workers } from "./workers.ts"

/**
 * The records of all runs, in the order of the plan, and the last state of progress; runs in the journal are not run
 * again.
 *
 * A run whose worker dies or does not come back fails alone; the sweep goes on.
 */
export const sweep = Effect.fnUntraced(function* (plan: Plan, journal: Journal) {
  const workers = yield* Workers
  const records = new Map(journal.earlier)
  const queue = new BatchQueue(plan, run => journal.earlier.has(run))
  const progress = yield* Progress
  const tracker = new ProgressTracker(plan, journal.earlier, yield* Clock.currentTimeMillis)
  yield* progress.update(tracker.state(tracker.began))
  const lane = Effect.gen(function* () {
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) {
      const result = yield* runBatch(plan, batch)
      for (const [index, run] of batch.runs.entries()) {
        const record = result.records[index]!
        records.set(run, record)
        journal.note(run, record)
        tracker.count(record)
      }
      yield* journal.write()
      yield* progress.update(tracker.state(yield* Clock.currentTimeMillis))
      if (queue.finished(batch, result.elapsedMs)) yield* workers.retire(batch.cell.scenario)
    }
  })
  yield* Effect.all(
    Array.from({ length: workers.size }, () => lane),
    { concurrency: "unbounded", discard: true },
  ).pipe(Effect.ensuring(Effect.ignore(journal.write(true))))
  const state = tracker.state(yield* Clock.currentTimeMillis)
  return { records: Array.from({ length: plan.runs }, (_, run) => records.get(run)!), state }
})

/** Runs a batch; if it is lost, each of its runs alone, so that only the culprit fails. */
const runBatch = Effect.fnUntraced(function* (plan: Plan, { cell, runs }: PlannedBatch) {
  const workers = yield* Workers
  const run = (numbers: readonly number[]) =>
    workers.run({ scenario: cell.scenario, seeds: numbers.map(number => plan.seeds[number % plan.repeat]!) })
  const alone = (number: number) =>
    run([number]).pipe(
      Effect.catchTag("BatchLost", ({ reason }) => {
        const record: RunRecord = { status: "failed", reason, at: null, event: "", state: "" }
        return Effect.succeed<BatchResult>({ records: [record], elapsedMs: 0 })
      }),
    )
  if (runs.length === 1) return yield* alone(runs[0]!)
  return yield* run(runs).pipe(
    Effect.catchTag("BatchLost", () =>
      Effect.map(Effect.forEach(runs, alone), results => ({
        records: results.flatMap(({ records }) => records),
        elapsedMs: results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
      })),
    ),
  )
})

/** Counts what is done, and how fast. */
class ProgressTracker {
  /** Real time at which the sweep began, in milliseconds. */
  readonly began: number
  readonly #total: number
  readonly #earlier: number
  #done = 0
  #failed = 0
  #violated = 0

  constructor(plan: Plan, earlier: ReadonlyMap<number, RunRecord>, began: number) {
    this.began = began
    this.#total = plan.runs
    this.#earlier = earlier.size
    for (const record of earlier.values()) this.count(record)
  }

  count(record: RunRecord): void {
    this.#done++
    if (record.status === "failed") this.#failed++
    else if (record.findings.some(({ verdict }) => verdict === "violated")) this.#violated++
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
