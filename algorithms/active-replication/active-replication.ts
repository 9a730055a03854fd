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
 * | Chandra and Toueg 1996, §5: the order by consensus | logged-order.ts, beside this file       |
 */
import { algorithm, type Algorithm } from "../../runtime/contract/algorithm.ts"
import { chooseFor } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { wrongResult } from "../common/wrong-results.ts"
import { frontEnd, newState, receiveBy, standingOf, startUnder, timeoutBy } from "../common/sequenced/replicas.ts"
import { rejoin } from "../common/sequenced/status.ts"
import type { Replica } from "../common/sequenced/types.ts"
import { LoggedOrder } from "./logged-order.ts"
import { theoryOn } from "./theory.ts"
import { type ActiveReplication, conflictOn, isLogged, parametersOn } from "./types.ts"

/** Every replica decides for itself: the approach takes deterministic machines for granted (§2), and says nothing of others. */
const choose = (node: Replica, _: number, command: Parameters<typeof chooseFor>[1]): string | undefined =>
  chooseFor(node.state.machine, command, node)

const sequenced = receiveBy(choose)

/** Active replication whose order is a sequencer's, or that of a log of one of these algorithms. */
export function activeReplicationOn(among: readonly Algorithm[]): Algorithm<ActiveReplication> {
  const log = new LoggedOrder(among)
  return algorithm<ActiveReplication>({
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
    theory: theoryOn(among),
    serves: [replicatedLog],
    oneLeaderPerEpoch: true,
    parameters: parametersOn(among),
    conflict: conflictOn(among),
    claims: ({ order }) => among.find(({ name }) => name === order),
    disk: self => (isLogged(self.parameters) ? log.disk(self) : {}),
    state: self => ({ ...newState(self), log: isLogged(self.parameters) ? log.newState(self) : null }),
    start: node => (node.state.log === null ? startUnder(node, 0) : log.start(node)),
    recover: node => (node.state.log === null ? rejoin(node) : log.recover(node)),
    begins: {
      disk: (self, beginning) => (isLogged(self.parameters) ? log.disk(self, beginning) : {}),
      start: (node, leader, beginning) =>
        node.state.log === null ? startUnder(node, leader) : log.begin(node, beginning),
    },
    receive: {
      ...sequenced,
      ...log.receive,
      Request(node, message, from) {
        if (node.state.log === null) sequenced.Request(node, message, from)
        else log.handleRequest(node, message, from)
      },
    },
    answers: ["Transfer", ...log.answers],
    timeout: { ...timeoutBy(choose), ...log.timeout },
    request: {},
    roles: { "front-end": frontEnd },
    standing: node => (node.state.log === null ? standingOf(node) : log.standing(node)),
    lies: { Answer: wrongResult },
  })
}

/** With a sequencer. */
export const activeReplication = activeReplicationOn([])
