/**
 * Active replication, the state machine approach (Schneider 1990): every replica executes every request, in one order, and a
 * front end compares what they answer.
 *
 * | paper                                             | file, in `algorithms/common/sequenced/` |
 * |---------------------------------------------------|------------------------------------------|
 * | Schneider §3 Replica coordination: agreement, order | order.ts                                 |
 * | Schneider §4 Tolerating faulty output devices: the voter | front-end.ts, voting.ts             |
 * | Schneider §5.2 Reconfiguration: failed replicas leave, and return with another's state | take-over.ts, status.ts |
 * | Défago, Schiper, Urbán §4.1 Fixed sequencer       | order.ts                                 |
 * | Chandra and Toueg 1996, §5: the order by consensus | logged-order.ts, either-order.ts       |
 */
import { algorithm, type Algorithm } from "../../runtime/contract/algorithm.ts"
import { chooseFor } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { eitherOrder } from "../common/sequenced/either-order.ts"
import type { LoggedReplica, OnLog } from "../common/sequenced/logged-types.ts"
import { frontEnd } from "../common/sequenced/replicas.ts"
import { wrongResult } from "../common/wrong-results.ts"

/** Every replica chooses for itself: the approach assumes deterministic machines (§2), and does not treat others. */
const choose = (node: LoggedReplica, _: number, command: Parameters<typeof chooseFor>[1]): string | undefined =>
  chooseFor(node.state.machine, command, node)

/** Active replication, ordered by a sequencer or by a log of one of these algorithms. */
export function activeReplicationOn(among: readonly Algorithm[]): Algorithm<OnLog> {
  const { newState, ...order } = eitherOrder<LoggedReplica>(among, choose)
  return algorithm<OnLog>({
    ...order,
    name: "active-replication",
    title: "Active replication",
    source:
      "Schneider 1990, Implementing Fault-Tolerant Services Using the State Machine Approach, ACM Computing Surveys; " +
      "Défago, Schiper and Urbán 2004, Total Order Broadcast and Multicast Algorithms, ACM Computing Surveys",
    summary:
      "All replicas execute every request in the order that one of them, the sequencer, gives; a front end takes the first " +
      "answer, or one that f+1 of 2f+1 replicas give alike.",
    tolerates: { faults: "crash", of: n => n - 1 },
    assumes: { links: "reliable", timing: "synchronous", storage: "none" },
    offices: ["sequencer", "leader", "follower"],
    colour: "#394373",
    serves: [replicatedLog],
    oneLeaderPerEpoch: true,
    state: newState,
    request: {},
    roles: { "front-end": frontEnd },
    lies: { Answer: wrongResult },
  })
}

/** With a sequencer. */
export const activeReplication = activeReplicationOn([])
