/** Stages and tests of the lab on Multi-Paxos. */
import { parameters as allParameters } from "../../algorithms/multi-paxos/types.ts"
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import { figure, isBelief, isSafe } from "../engine/expectations.ts"
import { duels } from "../raft-election/votes.ts"
import {
  allHaveApplied,
  answersInTheEnd,
  appliesInOrder,
  answersSomething,
  logsAgree,
  messagesAtMost,
  nothingNew,
} from "../common/replication/expectations.ts"
import {
  APART,
  awayDuringElection,
  belated,
  calm,
  gaps,
  halvesApart,
  readsOnBothSides,
  throughFault,
  turbulence,
  twoValues,
} from "../common/replication/scenarios.ts"
import { clientsStage, commandsStage, costStage } from "../common/replication/stages.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval } = allParameters

/** The fields that tests read of the acceptors' messages; students may add fields. */
interface Balloted extends Tagged {
  readonly ballot: number
}

function hasBallot(message: Tagged): message is Balloted {
  return "ballot" in message && typeof message.ballot === "number"
}

/** Paxos Made Simple, P1a: "An acceptor can accept a proposal numbered n iff it has not responded to a prepare request
 * having a number greater than n", whatever it has been through. */
const promisesKept: Expectation = ({ scenario, events }) => {
  const promised: number[] = Array.from({ length: scenario.nodes }, () => -Infinity)
  let promises = 0
  for (const { type, ...event } of events) {
    if (type !== "send" || !("message" in event) || !hasBallot(event.message)) continue
    const { node, message, time } = event
    // Whoever asks for promises has promised himself: "a proposer's own acceptor is an acceptor like any other".
    if (message.type === "Prepare") promised[node] = Math.max(promised[node]!, message.ballot)
    if (message.type !== "Promise" && message.type !== "Accepted") continue
    if (message.ballot < promised[node]!) {
      const expected = `node ${node} promises and accepts nothing below ballot ${promised[node]}, which it has promised`
      return { expected, happened: `it sent ${message.type} for ballot ${message.ballot}`, at: time }
    }
    if (message.type === "Accepted") continue
    promised[node] = message.ballot
    promises++
  }
  return promises > 0 ? undefined : { expected: "acceptors that promise", happened: "nobody sent Promise" }
}

/** Phase 2 begins "if the proposer receives a response to its prepare requests (numbered n) from a majority". */
const leadsByPromises: Expectation = ({ scenario, events }) => {
  const promises = new Map<string, Set<NodeId>>()
  for (const event of events) {
    if (event.type === "deliver" && event.message.type === "Promise" && hasBallot(event.message)) {
      const key = `${event.node} ${event.message.ballot}`
      promises.set(key, (promises.get(key) ?? new Set([event.node])).add(event.from))
    }
    if (event.type !== "fact" || !isBelief(event.fact) || event.fact.leader !== event.node) continue
    const { node, time, fact } = event
    const { size } = promises.get(`${node} ${fact.epoch}`) ?? { size: 1 }
    if (2 * size > scenario.nodes) continue
    const expected = `node ${node} leads with ballot ${fact.epoch} once a majority of ${scenario.nodes} has promised it`
    return { expected, happened: `${size} had, itself included`, at: time }
  }
  return undefined
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "multi-paxos",
  title: "Multi-Paxos",
  summary: "A log whose slots are each decided by Paxos, under one leader: what may have been chosen stays chosen.",
  file: "paxos.ts",
  service: replicatedLog,
  compareWith: "multi-paxos",
  parameters: { electionTimeoutMin, electionTimeoutMax, heartbeatInterval },
  stages: [
    commandsStage({ member: "node", points: [6, 9, 5] }),
    {
      name: "agreement",
      title: "once chosen is chosen for good",
      tests: [
        {
          name: "acceptors keep their promises, whatever crashes",
          points: 5,
          seeds: 6,
          scenario: vary => ({ ...duels(vary), workload: { operations: 20, retryAfter: "5ms", backoff: "2ms" } }),
          expect: [promisesKept],
        },
        {
          name: "whoever leads has the promises of a majority, for its ballot",
          points: 3,
          seeds: 5,
          scenario: vary => ({ ...duels(vary), nodes: 5, duplication: 0.3, workload: { operations: 20 } }),
          expect: [figure("leaderships", { atLeast: 1 }), leadsByPromises],
        },
        {
          name: "no two nodes execute different commands in a slot, whatever fails",
          points: 12,
          seeds: 10,
          scenario: vary => turbulence(vary),
          expect: [answersSomething, logsAgree, appliesInOrder],
        },
        {
          name: "half of the nodes are not a majority",
          points: 3,
          seeds: 3,
          scenario: halvesApart,
          expect: [answersSomething, nothingNew(APART.from, APART.to), logsAgree],
        },
        {
          name: "of two values that an acceptor has accepted the later one counts",
          points: 3,
          seeds: 8,
          scenario: twoValues,
          expect: [answersInTheEnd, logsAgree],
        },
        {
          name: "not even if messages arrive twice, or when the ballot is over",
          points: 4,
          seeds: 6,
          scenario: belated,
          expect: [answersSomething, logsAgree],
        },
        {
          name: "clients read what was written last, even from a leader that was cut off",
          points: 5,
          seeds: 4,
          scenario: readsOnBothSides,
          expect: [answersSomething, isSafe("linearizable")],
        },
      ],
    },
    {
      name: "learning",
      title: "every node has the whole log in the end",
      tests: [
        {
          name: "the others learn what the leader knows to be chosen",
          points: 4,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "4s" }),
          expect: [allHaveApplied],
        },
        {
          name: "a node that was down catches up",
          points: 4,
          scenario: vary => throughFault(vary, { kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: SECOND }),
          expect: [allHaveApplied],
        },
        {
          name: "even if it is another leader that it finds when it returns",
          points: 3,
          scenario: awayDuringElection,
          expect: [allHaveApplied, answersInTheEnd],
        },
        {
          name: "messages that were lost are made up for",
          points: 2,
          scenario: vary => throughFault(vary, { kind: "loss", share: 0.3, at: 2 * SECOND, for: 2 * SECOND }, "8s"),
          expect: [allHaveApplied, answersInTheEnd],
        },
        {
          name: "slots that dead leaders have left empty are filled",
          points: 2,
          seeds: 3,
          scenario: gaps,
          expect: [allHaveApplied, appliesInOrder, answersInTheEnd],
        },
      ],
    },
    clientsStage("whoever does not lead"),
    costStage({
      title: "phase 1 once, phase 2 for each command",
      budget: messagesAtMost(
        ({ scenario }) => 2 * (scenario.nodes - 1) * (30 + 4),
        "30 commands and 4 heartbeats at most in 2 s, a message and an answer for each other node",
      ),
      others: "the acceptors",
      election: "an election's timeout and phase 1",
    }),
  ],
}
