/** Rejects a plan whose outside algorithms break the contract, before it runs. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Registry } from "../../scenarios/cell.ts"
import { type Plan, runId } from "../model/plan.ts"
import { Workers } from "./workers.ts"

/** An outside algorithm that breaks the contract, so that its results would be meaningless. */
export class ContractBroken extends Data.TaggedError("ContractBroken")<{ readonly message: string }> {}

/** Examines the first run of each outside algorithm with each service that measures it. */
export const examineOutside = Effect.fnUntraced(function* (plan: Plan, registry: Registry) {
  const [seed] = plan.seeds
  if (plan.experiment.outside.length === 0 || seed === undefined) return
  const workers = yield* Workers
  const examined = new Set<string>()
  for (const cell of plan.cells) {
    const { algorithm, service } = cell.scenario
    const isOutside = (registry.codeOf?.(algorithm).length ?? 0) > 0
    if (!isOutside || examined.has(`${algorithm} ${service}`)) continue
    examined.add(`${algorithm} ${service}`)
    // A crashed run fails later in the sweep, with its event and state.
    const { breach } = yield* workers
      .run({ tasks: [{ scenario: cell.scenario, seeds: [seed] }], examined: true })
      .pipe(Effect.catchTag("BatchLost", () => Effect.succeed({ breach: undefined })))
    if (breach !== undefined)
      return yield* new ContractBroken({ message: describeBreach(algorithm, breach, runId(cell, 1)) })
  }
})

/** The message about a broken contract. */
export function describeBreach(algorithm: string, breach: string, run: string): string {
  return `${algorithm} breaks the contract of algorithms: ${breach} (in the run ${run}; see docs/outside-algorithms.md)`
}
