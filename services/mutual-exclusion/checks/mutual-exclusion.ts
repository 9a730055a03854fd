import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"

export interface State extends Found {
  /** Those in the critical section. */
  readonly inside: Set<number>
}

export const mutualExclusion: Check<State, SectionEvent, SectionContext> = {
  name: "mutual-exclusion",
  doc: "No two are in the critical section at the same time.",
  initial: () => ({ inside: new Set(), violation: null }),
  observe(state, event) {
    if (event.type === "left" || event.type === "vanished") state.inside.delete(event.who)
    if (event.type !== "entered") return
    const { who, at } = event
    for (const other of state.inside) {
      violate(
        state,
        at,
        other === who
          ? `${who} entered again before it left`
          : `${who} entered while ${other} was in the critical section`,
      )
      break
    }
    state.inside.add(who)
  },
  verdict: verdictOf,
}
