import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { DecisionEvent, Loyalty } from "../events.ts"

export const integrity: Check<Found, DecisionEvent, Loyalty> = {
  name: "integrity",
  doc: "No loyal node changes its decision.",
  initial: () => ({ violation: null }),
  observe(state, { instance, node, value, decisions, at }) {
    const before = decisions.get(node)
    if (before !== undefined && before !== value)
      violate(state, at, `node ${node} decided ${before} in instance ${instance}, and later ${value}`)
  },
  verdict: verdictOf,
}
