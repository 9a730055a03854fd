// Batches that are lost: the run at fault fails, and all others keep their places, whichever cells the batch is of.
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { runSurely } from "../../../experiments/run/watchdog.ts"
import type { Batch } from "../../../experiments/run/worker.ts"
import { BatchLost, Workers } from "../../../experiments/run/workers.ts"
import { type EncodedRun, encodeRun } from "../../../experiments/store/encoding.ts"
import { experimentOf } from "../support/experiments.ts"

const { cells } = planExperiment(experimentOf("question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5, 7] }"))
const tasks = cells.map(({ scenario }) => ({ scenario, seeds: [1, 2, 3] }))

/** A run's record, which says in place of its digest which run it is of. */
function recordOf(name: string): EncodedRun {
  return { status: "completed", violated: false, digest: name, values: [], details: "{}" }
}

/** Workers of which none comes back from the runs named. */
function losing(lost: readonly string[]) {
  const run = ({ tasks: given }: Batch) => {
    const names = given.flatMap(({ scenario, seeds }) => seeds.map(seed => `${scenario.nodes}/${seed}`))
    const position = names.findIndex(name => lost.includes(name))
    if (position >= 0) return Effect.fail(new BatchLost({ reason: `lost ${names[position]}`, position, events: 0 }))
    return Effect.succeed({ runs: names.map(recordOf), elapsedMs: 1 })
  }
  return Workers.of({ size: 1, run, hasten: () => Effect.void, retire: () => Effect.void })
}

test.each([[[]], [["3/1"]], [["5/2"]], [["7/3"]], [["3/3", "5/1", "7/2"]]])("runs %j are lost", async lost => {
  const { runs } = await Effect.runPromise(Effect.provideService(runSurely(tasks), Workers, losing(lost)))
  const expected = ["3/1", "3/2", "3/3", "5/1", "5/2", "5/3", "7/1", "7/2", "7/3"].map(name => {
    if (!lost.includes(name)) return recordOf(name)
    const reason = `lost ${name}`
    return encodeRun({ status: "failed", reason, at: null, event: "", state: "", stopped: true })
  })
  expect(runs).toEqual(expected)
})
