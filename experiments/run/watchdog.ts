/**
 * Runs batches so that each run gives a record, whatever it does: a run that does not end, or takes all memory, fails alone,
 * with the event that it was handling and the state of that node.
 *
 * A worker that is stuck cannot report anything, but runs are deterministic. So the culprit is rerun under observation, which
 * counts its events, and then once more to be stopped where it got stuck.
 */
import * as Effect from "effect/Effect"
import type { CellScenario } from "../../scenarios/cell.ts"
import type { FailedRecord } from "../../scenarios/measure.ts"
import { decodeRun, encodeRun } from "../store/encoding.ts"
import type { BatchResult, RunTask } from "./worker.ts"
import { type BatchLost, Workers } from "./workers.ts"

/** The records of runs of one algorithm and service, in the order of the tasks, and of the seeds of each. */
export const runSurely = (tasks: readonly RunTask[]): Effect.Effect<BatchResult, never, Workers> =>
  Effect.gen(function* () {
    if (tasks.length === 0) return { runs: [], elapsedMs: 0 }
    const workers = yield* Workers
    return yield* workers.run({ tasks }).pipe(
      Effect.catchTag("BatchLost", ({ position }) =>
        Effect.gen(function* () {
          const single = tasks.flatMap(({ scenario, seeds }) => seeds.map(seed => ({ scenario, seeds: [seed] })))
          const { scenario, seeds } = single[position]!
          const before = yield* runSurely(single.slice(0, position))
          const culprit = yield* runObserved(scenario, seeds[0]!)
          const after = yield* runSurely(single.slice(position + 1))
          const results = [before, culprit, after]
          return {
            runs: results.flatMap(({ runs }) => runs),
            elapsedMs: results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
          }
        }),
      ),
    )
  })

/** Reruns a run whose worker was lost: another run may have been the cause, so it may end this time. */
export const runObserved = Effect.fnUntraced(function* (scenario: CellScenario, seed: number) {
  const workers = yield* Workers
  return yield* workers
    .run({ tasks: [{ scenario, seeds: [seed] }], observed: {} })
    .pipe(Effect.catchTag("BatchLost", lost => runToItsFault(scenario, seed, lost)))
})

/** Runs a run up to the event at which its worker was lost. */
const runToItsFault = Effect.fnUntraced(function* (
  scenario: CellScenario,
  seed: number,
  { events, reason }: BatchLost,
) {
  const workers = yield* Workers
  const stopped: FailedRecord = { status: "failed", reason, at: null, event: "", state: "", stopped: true }
  const observed = { stopAt: events, reason }
  const told = yield* events === 0
    ? Effect.succeed(undefined)
    : workers.run({ tasks: [{ scenario, seeds: [seed] }], observed }).pipe(
        Effect.map(({ runs: [run] }) => run && decodeRun(run)),
        Effect.catchTag("BatchLost", () => Effect.succeed(undefined)),
      )
  const record = told?.status === "failed" ? { ...told, stopped: true as const } : stopped
  return { runs: [encodeRun(record)], elapsedMs: 0 }
})
