import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import { type LeadersByEpoch, leadersIn, recordLeader } from "../epochs.ts"
import type { BeliefEvent, ElectionContext } from "../events.ts"

export interface State extends Found {
  /** The nodes that have led in each epoch. */
  readonly claims: LeadersByEpoch
}

export const leaderClaimed: Check<State, BeliefEvent, ElectionContext> = {
  name: "leader-claimed",
  doc: "Nobody believes in a leader that has not itself begun to lead in that epoch.",
  initial: () => ({ claims: [], violation: null }),
  observe(state, { node, leader, epoch, at }, { isLoyal }) {
    if (leader === null) return
    if (leader === node) recordLeader(state.claims, epoch, node)
    else if (!leadersIn(state.claims, epoch).includes(leader) && isLoyal(leader))
      violate(state, at, `node ${node} believes in node ${leader} in epoch ${epoch}, in which that node never led`)
  },
  verdict: verdictOf,
}
