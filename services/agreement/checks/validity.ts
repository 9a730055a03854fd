import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { DecisionEvent, Loyalty } from "../events.ts"

export const validity: Check<Found, DecisionEvent, Loyalty> = {
  name: "validity",
  doc: "Unless a proposer is a traitor, every loyal node decides a value that was proposed (IC2).",
  initial: () => ({ violation: null }),
  observe(state, event, oracle) {
    if (isValid(event, oracle)) return
    const { instance, node, value, proposals, at } = event
    const proposed = [...proposals].map(([proposer, proposal]) => `${proposal} by node ${proposer}`).join(", ")
    violate(state, at, `in instance ${instance} node ${node} decided ${value}; proposed: ${proposed}`)
  },
  verdict: verdictOf,
}

/** True if the value was proposed, or if this cannot be known; only a node's first decision is judged. */
export function isValid({ node, value, proposals, decisions }: DecisionEvent, oracle: Loyalty): boolean {
  if (decisions.has(node)) return true
  for (const [proposer, proposed] of proposals) if (proposed === value || !oracle.isLoyal(proposer)) return true
  return false
}
