import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"

export const noStaleWrites: Check<Found, SectionEvent, SectionContext> = {
  name: "no-stale-writes",
  doc:
    "No resource takes a write with a lower fencing token than the write before it: one that was sent by a holder of old, or " +
    "that was late.",
  initial: () => ({ violation: null }),
  observe(state, event) {
    if (event.type !== "wrote" || event.after <= event.token) return
    const { who, token, after, at } = event
    violate(state, at, `a write of ${who} with token ${token} was taken after one with token ${after}`)
  },
  verdict: verdictOf,
}
