import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { LogContext, LogEvent } from "../events.ts"

/** Terms remembered; the oldest are forgotten. */
const MAX_TERMS = 10_000

export interface State extends Found {
  readonly leaderOf: Map<number, NodeId>
  /** The number of times that a node began to lead, and the last node that did. */
  leaderships: number
  last: NodeId | undefined
}

export const oneLeaderPerTerm: Check<State, LogEvent, LogContext> = {
  name: "one-leader-per-term",
  doc: "No two nodes lead in the same term (ballot, view, epoch).",
  initial: () => ({ leaderOf: new Map(), leaderships: 0, last: undefined, violation: null }),
  observe(state, event) {
    if (event.type !== "leads") return
    const { leaderOf } = state
    const { node, epoch, at } = event
    const other = leaderOf.get(epoch)
    if (other === node) return
    state.last = node
    state.leaderships++
    if (other !== undefined) violate(state, at, `nodes ${other} and ${node} both led in term ${epoch}`)
    leaderOf.set(epoch, node)
    if (leaderOf.size > MAX_TERMS) leaderOf.delete(leaderOf.keys().next().value ?? epoch)
  },
  verdict: verdictOf,
}
