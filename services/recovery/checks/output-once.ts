import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"

export interface State extends Found {
  /** Digests of the outputs accepted, by process. */
  readonly taken: number[][]
}

export const outputOnce: Check<State, ComputationEvent, ComputationContext> = {
  name: "output-once",
  doc:
    "Each output is committed to the outside world once, in order, and never undone: one that is repeated after a crash, and " +
    "ignored, is what was taken before.",
  initial: ({ processes }) => ({ taken: Array.from({ length: processes }, () => []), violation: null }),
  observe(state, event, context) {
    if (event.type === "ended") judgeEnd(state, event.at, context)
    if (event.type !== "committed") return
    const { process, output, at } = event
    const taken = state.taken[process]!
    if (output.number < taken.length) {
      if (taken[output.number] === output.digest) return
      violate(state, at, `process ${process} committed output ${output.number} and later another in its place`)
    } else if (output.number > taken.length) {
      violate(state, at, `process ${process} committed output ${output.number} before output ${taken.length}`)
    } else taken.push(output.digest)
  },
  verdict: verdictOf,
}

function judgeEnd(state: State, at: number, { expected }: ComputationContext): void {
  for (const [process, outputs] of expected().outputs.entries()) {
    const { length } = state.taken[process]!
    if (length !== outputs) violate(state, at, `process ${process} committed ${length} of its ${outputs} outputs`)
  }
}
