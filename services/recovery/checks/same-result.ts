import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"

export interface State extends Found {
  readonly results: (number | null)[]
  isOver: boolean
}

export const sameResult: Check<State, ComputationEvent, ComputationContext> = {
  name: "same-result",
  doc: "The computation ends as an undisturbed run does: all work done, all messages received, each once.",
  initial: ({ processes }) => ({
    results: Array.from({ length: processes }, () => null),
    isOver: false,
    violation: null,
  }),
  observe(state, event, context) {
    if (event.type === "reported" && event.fact.type === "finished") {
      state.results[event.process] = event.fact.result
    }
    if (event.type !== "ended") return
    state.isOver = true
    for (const [process, expected] of context.expected().results.entries()) {
      if (state.results[process] === expected) continue
      violate(
        state,
        event.at,
        `process ${process} ended with ${state.results[process]}, and undisturbed with ${expected}`,
      )
    }
  },
  verdict: state =>
    state.isOver ? verdictOf(state) : { verdict: "undecided", reason: "the computation did not end in this run" },
}
