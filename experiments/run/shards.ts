/**
 * An experiment on many machines without a server: each machine runs a shard into its own store, and one machine merges them.
 *
 * A run is identified by scenario, seed and code, not by the machine. So shards may be run in any order, repeatedly, or partly
 * twice: the merged results are byte-identical to those of one machine.
 */
import * as Effect from "effect/Effect"
import { existsSync, readdirSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { examineOutside } from "./examine.ts"
import type { Expectation } from "../model/expectation.ts"
import type { Plan } from "../model/plan.ts"
import { Algorithms, experimentLayer, type RunOptions, workersFor } from "./prepare.ts"
import { finish } from "./run.ts"
import { StoreError } from "../../lib/errors.ts"
import { Store, useStore } from "../store/service.ts"
import type { RunStore, Shard, Tally } from "../store/store.ts"
import { ProgressTracker, sweep } from "./sweep.ts"

/** Fails if a plan cannot be sharded: the number of runs of a cell must not depend on results. */
export function refuseUnlessFixed({ experiment }: Plan): Effect.Effect<void, StoreError> {
  if (experiment.precision === undefined) return Effect.void
  const message = "repeat: { until: ... } needs all runs on one machine; give a number of runs"
  return Effect.fail(new StoreError({ message }))
}

/** The result of a shard. */
export interface ShardSummary {
  readonly file: string
  readonly total: number
  readonly resumed: number
  readonly tally: Tally
  /** The violations that the experiment expects, if any. */
  readonly expect?: Expectation
}

/** The folder, within that of the results, with the stores of the shards. */
export function shardFolder(outDir: string): string {
  return join(outDir, "shards")
}

/** Runs the pending runs of a shard. */
export const runShard = Effect.fn("runShard")(
  function* (plan: Plan, options: RunOptions, shard: Shard) {
    const store = yield* Store
    const work = store.work(shard)
    yield* Effect.gen(function* () {
      if (work.pending.length > 0) yield* examineOutside(plan, yield* Algorithms)
      yield* sweep(plan, work)
    }).pipe(Effect.provide(workersFor(plan, options)))
    const { expect } = plan.experiment
    const expected = expect === undefined ? {} : { expect }
    const { total, earlier } = work
    const summary: ShardSummary = {
      file: store.path,
      total,
      resumed: earlier.done,
      tally: store.tally(),
      ...expected,
    }
    return summary
  },
  (run, plan, options, { index, count }) => {
    const file = join(shardFolder(options.outDir), `${index}-of-${count}.sqlite`)
    return refuseUnlessFixed(plan).pipe(Effect.andThen(Effect.provide(run, experimentLayer(plan, options, file))))
  },
)

/**
 * Merges the runs of other stores and writes the results.
 *
 * @param sources stores, or folders with stores
 */
export const mergeShards = Effect.fn("mergeShards")(
  function* (plan: Plan, options: RunOptions, sources: readonly string[]) {
    const store = yield* Store
    const resumed = store.tally().done
    yield* useStore(() => {
      const files = new Map(sources.flatMap(storesIn).map(file => [resolve(file), file]))
      if (files.has(resolve(store.path))) {
        throw new StoreError({ message: `${store.path}: this is the store to merge into; name those of the shards` })
      }
      store.merge([...files.values()])
      refuseIfIncomplete(plan, store)
    })
    const state = new ProgressTracker(store.work(), 0).state(0)
    return yield* finish(plan, options, { state, resumed })
  },
  (merge, plan, options) =>
    refuseUnlessFixed(plan).pipe(Effect.andThen(Effect.provide(merge, experimentLayer(plan, options)))),
)

function storesIn(source: string): readonly string[] {
  if (!existsSync(source)) throw new StoreError({ message: `${source}: there is no such file or folder` })
  if (!statSync(source).isDirectory()) return [source]
  const files = readdirSync(source).filter(name => name.endsWith(".sqlite"))
  if (files.length === 0) throw new StoreError({ message: `${source}: there is no store of runs in this folder` })
  return files.toSorted().map(name => join(source, name))
}

function refuseIfIncomplete(plan: Plan, store: RunStore): void {
  const missing = store.pending()
  if (missing.length === 0) return
  const count = missing.reduce((sum, { places, repeats }) => sum + places.length * repeats.length, 0)
  const [first] = missing
  const example = `${first!.cell.id}/${first!.repeats[0]! + 1}`
  throw new StoreError({
    message:
      `${count} of ${plan.runs} runs are missing, such as ${example}; run their shards to the end and merge again, ` +
      `or run the experiment without --shard to do the rest here (what is merged is kept)`,
  })
}
