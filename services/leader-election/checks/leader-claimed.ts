import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { BeliefEvent, ElectionContext } from "../events.ts"

export interface State extends Found {
  /** The nodes that have led in each epoch. */
  readonly claims: Map<number, NodeId[]>
}

export const leaderClaimed: Check<State, BeliefEvent, ElectionContext> = {
  name: "leader-claimed",
  doc: "Nobody believes in a leader that has not itself begun to lead in that epoch.",
  initial: () => ({ claims: new Map(), violation: null }),
  observe(state, { node, leader, epoch, at }, { isLoyal }) {
    if (leader === null) return
    const claims = state.claims.get(epoch)
    if (claims?.includes(leader) === true) return
    if (leader !== node) {
      if (isLoyal(leader))
        violate(state, at, `node ${node} believes in node ${leader} in epoch ${epoch}, in which that node never led`)
    } else if (claims === undefined) state.claims.set(epoch, [node])
    else claims.push(node)
  },
  verdict: verdictOf,
}
