import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import { type LeadersByEpoch, recordLeader } from "../epochs.ts"
import type { BeliefEvent, ElectionContext } from "../events.ts"

export interface EpochLeaders extends Found {
  readonly leaders: LeadersByEpoch
}

export const oneLeaderPerEpoch: Check<EpochLeaders, BeliefEvent, ElectionContext> = {
  name: "one-leader-per-epoch",
  doc:
    "No two live nodes lead in the same epoch at the same time; nor one after the other, where the algorithm promises " +
    "one leader an epoch (Raft's terms, Paxos's ballots).",
  initial: () => ({ leaders: [], violation: null }),
  observe(state, { node, leader, epoch, at }, context) {
    if (leader !== node) return
    const others = recordLeader(state.leaders, epoch, node).filter(other => other !== node)
    if (state.violation !== null || others.length === 0) return
    const rival = others.find(other => context.isLoyal(other) && context.leadsIn(other) === epoch)
    const now = formatDuration(at)
    if (rival !== undefined) violate(state, at, `nodes ${rival} and ${node} both lead in epoch ${epoch} at ${now}`)
    else if (context.oneLeaderPerEpoch)
      violate(state, at, `node ${node} leads in epoch ${epoch} at ${now}, which node ${others[0]} led before`)
  },
  verdict: verdictOf,
}
