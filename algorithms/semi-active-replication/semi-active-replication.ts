/**
 * Semi-active replication, the leader-follower model of Delta-4 (Powell 1991, 1994): every replica executes every request,
 * as in active replication, but for a nondeterministic request the leader decides and informs the followers.
 *
 * The leader is the sequencer, the one replica that all others follow, and a decision travels beside its order message, so
 * no follower waits for it. If the order comes from a log, its leader decides before it submits a request, and the decision
 * is in the entry.
 */
import { algorithm, type Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Tell } from "../../runtime/contract/lies.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { chooseFor } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { eitherOrder } from "../common/sequenced/either-order.ts"
import { executeOrdered } from "../common/sequenced/order.ts"
import { frontEnd } from "../common/sequenced/replicas.ts"
import { isInEpoch } from "../common/sequenced/status.ts"
import { isSequencer } from "../common/sequenced/types.ts"
import { wrongResult } from "../common/wrong-results.ts"
import type { Decision, SemiActive, SemiActiveReplica } from "./types.ts"

/** Semi-active replication, ordered by a sequencer or by a log of one of these algorithms. */
export function semiActiveReplicationOn(among: readonly Algorithm[]): Algorithm<SemiActive> {
  const { newState, ...order } = eitherOrder<SemiActiveReplica>(among, choiceOfLeader, chooseFor)
  return algorithm<SemiActive>({
    ...order,
    name: "semi-active-replication",
    title: "Semi-active replication",
    source:
      "Powell 1991, Delta-4: A Generic Architecture for Dependable Distributed Computing, Springer; " +
      "Powell 1994, Distributed Fault Tolerance: Lessons from Delta-4, IEEE Micro",
    summary:
      "Active replication in which the leader decides every step that is not deterministic and tells the followers, so that all " +
      "replicas stay the same.",
    tolerates: { faults: "crash", of: n => n - 1 },
    assumes: { links: "reliable", timing: "synchronous", storage: "none" },
    offices: ["leader", "follower"],
    colour: "#B8527A",
    serves: [replicatedLog],
    oneLeaderPerEpoch: true,
    state: self => ({ ...newState(self), decided: new Map() }),
    receive: { ...order.receive, Decision: handleDecision },
    request: {},
    roles: { "front-end": frontEnd },
    lies: { Answer: wrongResult, Decision: otherChoice },
  })
}

/** With a sequencer. */
export const semiActiveReplication = semiActiveReplicationOn([])

/** The leader decides and informs all; a follower waits until it knows the decision. */
function choiceOfLeader(node: SemiActiveReplica, index: number, command: Command): string | undefined {
  const { state } = node
  const { decided, epoch } = state
  if (isSequencer(node)) {
    const chosen = chooseFor(state.machine, command, node)
    if (chosen !== undefined) node.broadcast({ type: "Decision", epoch, index, chosen })
    return chosen
  }
  const known = decided.get(index)
  if (known === undefined || known.epoch !== epoch) return undefined
  decided.delete(index)
  return known.chosen
}

function handleDecision(node: SemiActiveReplica, { epoch, index, chosen }: Decision): void {
  const { state } = node
  if (!isInEpoch(node, epoch)) return
  if (state.status !== "joining" && index <= state.executed) return
  for (const [place, old] of state.decided) if (old.epoch < epoch) state.decided.delete(place)
  state.decided.set(index, { epoch, chosen })
  executeOrdered(node, choiceOfLeader)
}

/** A leader that computes wrongly sends followers a choice that differs from its own. */
function otherChoice(message: Decision, tell: Tell): Decision {
  return tell(0, 2) === 0 ? message : { ...message, chosen: String(Number(message.chosen) + 1) }
}
