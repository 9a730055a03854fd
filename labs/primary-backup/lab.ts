/** Stages and tests of the lab on primary-backup replication. */
import { duration } from "../../runtime/contract/parameters.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import {
  allHaveAppliedBut,
  answersEverything,
  answersInTheEnd,
  answersSomething,
  appliesInOrder,
  asksOnce,
  logsAgree,
  messagesAtMost,
} from "../common/replication/expectations.ts"
import { available, delayOf, figure, isSafe, latencyAtMost, purposesAreKnown } from "../engine/expectations.ts"
import type { ImplementLab } from "../engine/lab.ts"
import {
  allDieInTurn,
  calm,
  joinerIsLeftAlone,
  patient,
  primariesDie,
  readsOnBothSides,
  rough,
  serviceRestarts,
  testAndSet,
  throughFaults,
  turbulence,
} from "../common/replication/under-a-master.ts"

/** Updates of which a backup may not know that all have them, since it learns that with the next. */
const FEW = 3

export const lab: ImplementLab = {
  kind: "implement",
  name: "primary-backup",
  title: "Primary-backup, and a test-and-set server",
  summary: "One replica decides and all have it before anybody is answered; a view service says who takes over.",
  file: "replica.ts",
  service: replicatedLog,
  compareWith: "primary-backup",
  parameters: {
    heartbeatInterval: duration("max(75ms, 5d)", "Replicas tell the view service this often that they live.", {
      min: 1,
    }),
    detectionTimeout: duration("max(225ms, 15d)", "Who has not been heard of for this long is dead.", { min: 1 }),
  },
  stages: [
    {
      name: "commands",
      title: "clients are answered",
      tests: [
        {
          name: "a replica that is alone executes commands",
          points: 6,
          seeds: 2,
          scenario: vary => ({ ...calm(vary), nodes: 1, workload: { operations: 50 }, duration: "1s" }),
          expect: [answersEverything],
        },
        {
          name: "several do, while nothing fails, and all of them execute everything",
          points: 8,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50, ...patient }, duration: "1s" }),
          expect: [answersEverything, asksOnce, appliesInOrder, allHaveAppliedBut(FEW)],
        },
        {
          name: "a backup names the primary, and takes nothing up itself",
          points: 6,
          scenario: vary => ({
            ...calm(vary),
            workload: { operations: 50, ask: "follower", ...patient },
            duration: "1s",
          }),
          expect: [answersEverything, figure("redirects", { atLeast: 50 }), asksOnce],
        },
      ],
    },
    {
      name: "backups",
      title: "answered means that all have it",
      tests: [
        {
          name: "messages that are lost, late or doubled are made up for, and commands executed once",
          points: 7,
          scenario: vary => ({ ...throughFaults(vary, []), ...rough, loss: 0.1 }),
          expect: [answersEverything, logsAgree, appliesInOrder, isSafe("applied-once", "linearizable")],
        },
        {
          name: "a backup that is dead is not waited for, once its time is over",
          points: 7,
          scenario: vary => ({
            ...throughFaults(vary, [{ kind: "crash", target: { office: "backup" }, at: 600 * MILLISECOND }]),
          }),
          expect: [answersEverything, logsAgree],
        },
        {
          name: "what was answered outlives its primary, and the next, and the one after that",
          points: 11,
          seeds: 8,
          scenario: primariesDie,
          expect: [answersSomething, logsAgree, isSafe("linearizable"), answersInTheEnd],
        },
      ],
    },
    {
      name: "takeover",
      title: "one primary, whatever the network does",
      tests: [
        {
          name: "of two clients at a test-and-set server one wins, though a partition lies between its replicas",
          points: 9,
          seeds: 6,
          scenario: testAndSet,
          expect: [answersSomething, isSafe("linearizable"), logsAgree, answersInTheEnd, allHaveAppliedBut(FEW)],
        },
        {
          name: "nobody reads the past from a primary that was deposed",
          points: 7,
          scenario: readsOnBothSides,
          expect: [answersSomething, isSafe("linearizable"), answersInTheEnd],
        },
        {
          name: "the same whatever is paused, cut off, lost or late, the view service among it",
          points: 9,
          seeds: 10,
          scenario: turbulence,
          expect: [answersSomething, logsAgree, isSafe("linearizable", "applied-once"), answersInTheEnd],
        },
      ],
    },
    {
      name: "joining",
      title: "who returns has nothing, and gets everything",
      tests: [
        {
          name: "a replica that was down has the state in the end",
          points: 4,
          scenario: vary =>
            throughFaults(vary, [
              { kind: "crash", target: { random: 1 }, at: 600 * MILLISECOND, for: 300 * MILLISECOND },
            ]),
          expect: [answersInTheEnd, logsAgree, appliesInOrder, allHaveAppliedBut(FEW)],
        },
        {
          name: "it is a backup like the others: all may die, one after the other, and nothing is lost",
          points: 4,
          seeds: 8,
          scenario: allDieInTurn,
          expect: [answersInTheEnd, logsAgree, isSafe("linearizable", "applied-once")],
        },
        {
          name: "nobody leads who is still to get the state",
          points: 4,
          seeds: 8,
          scenario: joinerIsLeftAlone,
          expect: [answersSomething, logsAgree, isSafe("linearizable")],
        },
        {
          name: "the view service may die as well: it remembers who had the state",
          points: 3,
          seeds: 6,
          scenario: serviceRestarts,
          expect: [answersSomething, logsAgree, isSafe("linearizable"), available(0.8), answersInTheEnd],
        },
      ],
    },
    {
      name: "cost",
      title: "what it costs while all live, and when the primary dies",
      tests: [
        {
          name: "a command costs 2(n-1) messages, and heartbeats one a replica",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { mode: "closed", clients: 1, operations: 30 },
            parameters: { heartbeatInterval: "500ms", detectionTimeout: "2s" },
            warmup: "2s",
            duration: "4s",
          }),
          expect: [
            purposesAreKnown,
            messagesAtMost(
              ({ scenario: { nodes } }) => 2 * (nodes - 1) * 30 + 5 * nodes + 2 * (nodes - 1),
              "an Update and an Ack for each backup and command, and a heartbeat of each replica every 500 ms for 2 s",
            ),
          ],
        },
        {
          name: "a command takes 4d",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { mode: "closed", clients: 1, operations: 30 },
            duration: "2s",
          }),
          expect: [latencyAtMost(run => 4 * delayOf(run), "to the primary, to the backups, and all the way back")],
        },
        {
          name: "a dead primary costs the time until it is missed, and little more",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { rate: "50/s", retryAfter: "40ms", backoff: "10ms", deadline: "60ms" },
            faults: [{ kind: "crash", target: { leader: true }, at: SECOND }],
            duration: "3s",
          }),
          expect: [available(0.9)],
        },
      ],
    },
  ],
}
