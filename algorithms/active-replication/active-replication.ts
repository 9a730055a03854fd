/**
 * Active replication, the state machine approach (Schneider 1990): every replica executes every request, in one order, and a
 * front end compares what they answer.
 *
 * | paper                                             | file, in `algorithms/common/sequenced/` |
 * |---------------------------------------------------|------------------------------------------|
 * | Schneider §3 Replica coordination: agreement, order | order.ts                                 |
 * | Schneider §4 Tolerating faulty output devices: the voter | front-end.ts, voting.ts             |
 * | Schneider §5.2 Reconfiguration: who has failed goes, and comes back with the state of another | take-over.ts, status.ts |
 * | Défago, Schiper, Urbán §4.1 Fixed sequencer       | order.ts                                 |
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { chooseFor } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { wrongResult } from "../common/sequenced/lies.ts"
import { parameters } from "../common/sequenced/parameters.ts"
import { frontEnd, newState, receiveBy, standingOf, startUnder, timeoutBy } from "../common/sequenced/replicas.ts"
import { rejoin } from "../common/sequenced/status.ts"
import { theory } from "../common/sequenced/theory.ts"
import type { Replica, Sequenced } from "../common/sequenced/types.ts"

/** Every replica decides for itself: the approach takes deterministic machines for granted (§2), and says nothing of others. */
const choose = (node: Replica, _: number, command: Parameters<typeof chooseFor>[1]): string | undefined =>
  chooseFor(node.state.machine, command, node)

export const activeReplication = algorithm<Sequenced>({
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
  colour: "#5B7F00",
  theory,
  serves: [replicatedLog],
  oneLeaderPerEpoch: true,
  parameters,
  disk: () => ({}),
  state: newState,
  start: node => startUnder(node, 0),
  recover: rejoin,
  begins: { start: startUnder },
  receive: receiveBy(choose),
  answers: ["Transfer"],
  timeout: timeoutBy(choose),
  request: {},
  roles: { "front-end": frontEnd },
  standing: standingOf,
  lies: { Answer: wrongResult },
})
