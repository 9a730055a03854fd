/** Stages and tests of the lab on Multi-Paxos. */
import { parameters as allParameters } from "../../algorithms/multi-paxos/types.ts"
import type { Tagged } from "../../runtime/algorithm.ts"
import { SECOND } from "../../runtime/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { available, figure, isSafe, latencyAtMost } from "../expectations.ts"
import type { Expectation, ImplementLab } from "../lab.ts"
import { duels } from "../raft-election/votes.ts"
import {
  allHaveApplied,
  answersEverything,
  answersSomething,
  delayOf,
  messagesAtMost,
} from "../replication/expectations.ts"
import { calm, steady, turbulence } from "../replication/scenarios.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval } = allParameters

/** What tests read of the acceptors' messages; students may add fields. */
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

/** What the algorithm itself has to see to; executing commands once is a stage of its own. */
const logsAgree = isSafe("log-agreement", "one-leader-per-term", "acknowledged-writes-kept", "asked-for")

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
    {
      name: "commands",
      title: "clients are answered",
      tests: [
        {
          name: "a node that is alone executes commands",
          points: 7,
          seeds: 2,
          scenario: () => ({
            nodes: 1,
            parameters: steady,
            workload: { operations: 50 },
            warmup: "1s",
            duration: "2s",
          }),
          expect: [answersEverything],
        },
        {
          name: "several nodes do, while nothing fails",
          points: 13,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "3s" }),
          expect: [answersEverything],
        },
      ],
    },
    {
      name: "agreement",
      title: "once chosen is chosen for good",
      tests: [
        {
          name: "acceptors keep their promises, whatever crashes",
          points: 10,
          seeds: 6,
          scenario: vary => ({ ...duels(vary), workload: { operations: 20, retryAfter: "5ms", backoff: "2ms" } }),
          expect: [promisesKept],
        },
        {
          name: "no two nodes execute different commands in a slot, whatever fails",
          points: 25,
          seeds: 10,
          scenario: vary => turbulence(vary),
          expect: [answersSomething, logsAgree],
        },
      ],
    },
    {
      name: "learning",
      title: "every node has the whole log in the end",
      tests: [
        {
          name: "the others learn what the leader knows to be chosen",
          points: 5,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "4s" }),
          expect: [allHaveApplied],
        },
        {
          name: "a node that was down catches up",
          points: 5,
          scenario: vary => ({
            ...calm(vary, 3),
            faults: [{ kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: SECOND }],
            workload: { operations: 150, rate: "50/s" },
            warmup: "1500ms",
            duration: "6s",
          }),
          expect: [allHaveApplied],
        },
        {
          name: "messages that were lost are made up for",
          points: 5,
          scenario: vary => ({
            ...calm(vary, 3),
            faults: [{ kind: "loss", share: 0.3, at: 2 * SECOND, for: 2 * SECOND }],
            workload: { operations: 150, rate: "50/s" },
            warmup: "1500ms",
            duration: "8s",
          }),
          expect: [allHaveApplied],
        },
      ],
    },
    {
      name: "clients",
      title: "clients ask again, and elsewhere",
      tests: [
        {
          name: "whoever does not lead names the leader, and takes nothing up itself",
          points: 7,
          scenario: vary => ({
            ...calm(vary),
            workload: { operations: 50, ask: "follower" },
            warmup: "2s",
            duration: "3s",
          }),
          expect: [answersEverything, figure("redirects", { atLeast: 50 })],
        },
        {
          name: "a command that is sent again is executed once",
          points: 8,
          scenario: vary => ({
            ...calm(vary),
            workload: { operations: 100, retryAfter: "3ms", writes: "mixed", keys: 3, reads: "30%" },
            warmup: "2s",
            duration: "4s",
          }),
          expect: [figure("retries", { atLeast: 1 }), answersEverything, isSafe("applied-once", "linearizable")],
        },
      ],
    },
    {
      name: "cost",
      title: "phase 1 once, phase 2 for each command",
      tests: [
        {
          name: "a command costs 2(n-1) messages, and heartbeats nothing but themselves",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { mode: "closed", clients: 1, operations: 30 },
            parameters: { electionTimeoutMin: "2s", electionTimeoutMax: "6s", heartbeatInterval: "1s" },
            warmup: "20s",
            duration: "22s",
          }),
          expect: [
            messagesAtMost(
              ({ scenario }) => 2 * (scenario.nodes - 1) * (30 + 4),
              "30 commands and 4 heartbeats at most in 2 s, a message and an answer for each other node",
            ),
          ],
        },
        {
          name: "a command takes 4d",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { mode: "closed", clients: 1, operations: 30 },
            warmup: "2s",
            duration: "4s",
          }),
          expect: [latencyAtMost(run => 4 * delayOf(run), "to the leader, to the acceptors, and all the way back")],
        },
        {
          name: "a dead leader costs an election's timeout and phase 1, no more",
          points: 5,
          scenario: vary => ({
            ...calm(vary, 3),
            parameters: { electionTimeoutMin: "50ms", electionTimeoutMax: "100ms", heartbeatInterval: "25ms" },
            faults: [{ kind: "crash", target: { leader: true }, at: 1.5 * SECOND }],
            warmup: "1s",
            duration: "4s",
          }),
          expect: [available(0.9)],
        },
      ],
    },
  ],
}
