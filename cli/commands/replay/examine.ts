/** Tries the run of an algorithm from outside on a thread of its own, before this process runs it. */
import * as Effect from "effect/Effect"
import * as bundled from "../../../algorithms/registry.ts"
import type { ReplayableRun } from "../../../debugger/replay.ts"
import { describeBreach } from "../../../experiments/run/examine.ts"
import { LIMIT_MS, MEMORY_MB } from "../../../experiments/run/prepare.ts"
import { runObserved } from "../../../experiments/run/watchdog.ts"
import { Workers } from "../../../experiments/run/workers.ts"
import { decodeRun } from "../../../experiments/store/encoding.ts"
import { loadRegistry } from "../../../scenarios/outside/load.ts"
import { runEffect } from "../../effects.ts"
import { AlgorithmError, Interrupted } from "../../exit-codes.ts"
import type { Terminal } from "../../terminal/terminal.ts"

/**
 * Refuses a run that breaks the contract, since it cannot be repeated, or that does not end, since it would hang the
 * command.
 *
 * @param limitMs processor time that the run may take, in milliseconds
 * @throws AlgorithmError, Interrupted
 */
export async function examineRun(run: ReplayableRun, terminal: Terminal, limitMs = LIMIT_MS): Promise<void> {
  const { id, written, seed, outside } = run
  if (outside.length === 0) return
  const loaded = await loadRegistry(outside, bundled)
  if ("problems" in loaded) throw new AlgorithmError(loaded.problems.join("\n"))
  const layer = Workers.layer({ size: 1, limitMs, memoryMb: MEMORY_MB, outside: loaded.modules })
  const examined = Effect.gen(function* () {
    const workers = yield* Workers
    const { breach } = yield* workers.run({ tasks: [{ scenario: written, seeds: [seed] }], examined: true })
    return breach === undefined ? undefined : describeBreach(written.algorithm, breach, id)
  }).pipe(Effect.catchTag("BatchLost", () => lostRun(run)))
  const outcome = await runEffect(Effect.scoped(examined.pipe(Effect.provide(layer))), terminal)
  if (outcome.status === "interrupted") throw new Interrupted()
  if (outcome.status === "failed") throw new AlgorithmError(String(outcome.error))
  if (outcome.value !== undefined) throw new AlgorithmError(outcome.value)
}

/** The line about a lost run: the reason, and the event; none if the run ends without examination. */
const lostRun = Effect.fnUntraced(function* ({ id, written, seed }: ReplayableRun) {
  const { runs } = yield* runObserved(written, seed)
  const [record] = runs.map(decodeRun)
  if (record?.status !== "failed" || record.stopped !== true) return undefined
  return `${id}: ${record.reason}${record.event === "" ? "" : `, ${record.event}`}`
})
