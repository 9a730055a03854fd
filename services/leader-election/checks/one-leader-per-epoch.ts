import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { BeliefEvent, ElectionContext } from "../events.ts"

/** Epochs are remembered for the whole run: an old leader may come back to one. */
export interface EpochLeaders extends Found {
  /** The node that led in each epoch: the first one, where there were several. */
  readonly leader: Map<number, NodeId>
  /** The nodes that led in those epochs in which several did, in that order. */
  readonly leaders: Map<number, NodeId[]>
}

export const oneLeaderPerEpoch: Check<EpochLeaders, BeliefEvent, ElectionContext> = {
  name: "one-leader-per-epoch",
  doc:
    "No two live nodes lead in the same epoch at the same time; nor one after the other, where the algorithm promises " +
    "one leader an epoch (Raft's terms, Paxos's ballots).",
  initial: () => ({ leader: new Map(), leaders: new Map(), violation: null }),
  observe(state, { node, leader, epoch, at }, context) {
    if (leader !== node) return
    const others = recordLeader(state, node, epoch)
    if (state.violation !== null || others.length === 0) return
    const rival = others.find(other => context.isLoyal(other) && context.leadsIn(other) === epoch)
    const now = formatDuration(at)
    if (rival !== undefined) violate(state, at, `nodes ${rival} and ${node} both lead in epoch ${epoch} at ${now}`)
    else if (context.oneLeaderPerEpoch)
      violate(state, at, `node ${node} leads in epoch ${epoch} at ${now}, which node ${others[0]} led before`)
  },
  verdict: verdictOf,
}

/** Records that a node leads in an epoch. @returns the other nodes that led in it, the first one first */
function recordLeader({ leader, leaders }: EpochLeaders, node: NodeId, epoch: number): readonly NodeId[] {
  const first = leader.get(epoch)
  if (first === undefined) {
    leader.set(epoch, node)
    return []
  }
  const all = leaders.get(epoch) ?? [first]
  if (!all.includes(node)) {
    all.push(node)
    leaders.set(epoch, all)
  }
  return all.filter(other => other !== node)
}
