import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { DecisionEvent, Loyalty } from "../events.ts"

export const agreement: Check<Found, DecisionEvent, Loyalty> = {
  name: "agreement",
  doc: "No two loyal nodes decide differently in one instance (IC1).",
  initial: () => ({ violation: null }),
  observe(state, event, oracle) {
    const other = disagreeing(event, oracle)
    if (other === undefined) return
    const { instance, node, value, decisions, at } = event
    const theirs = decisions.get(other)!
    violate(state, at, `in instance ${instance} node ${other} decided ${theirs}, and node ${node} decided ${value}`)
  },
  verdict: verdictOf,
}

/** A loyal node that decided something else before; looked for only on a node's first decision. */
export function disagreeing({ node, value, decisions }: DecisionEvent, oracle: Loyalty): NodeId | undefined {
  if (decisions.has(node)) return undefined
  for (const [other, decided] of decisions) if (decided !== value && oracle.isLoyal(other)) return other
  return undefined
}
