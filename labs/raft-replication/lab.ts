/** Stages and tests of the lab on Raft's log. */
import { parameters as allParameters } from "../../algorithms/raft/parameters.ts"
import { SECOND } from "../../runtime/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { available, figure, isSafe, latencyAtMost, messages } from "../expectations.ts"
import type { ImplementLab } from "../lab.ts"
import { allHaveApplied, answersEverything, answersSomething, delayOf } from "../replication/expectations.ts"
import { calm, figure8, steady, turbulence } from "../replication/scenarios.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval } = allParameters

/** What replication itself has to see to; executing commands once is a stage of its own. */
const logsAgree = isSafe("log-agreement", "one-leader-per-term", "acknowledged-writes-kept", "asked-for")

export const lab: ImplementLab = {
  kind: "implement",
  name: "raft-replication",
  title: "Raft: log replication",
  summary: "A leader orders commands in a log that a majority stores: agreed on, executed once, and never lost.",
  file: "raft.ts",
  service: replicatedLog,
  compareWith: "raft",
  parameters: { electionTimeoutMin, electionTimeoutMax, heartbeatInterval },
  stages: [
    {
      name: "commands",
      title: "clients are answered",
      tests: [
        {
          name: "a server that is alone executes commands",
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
          name: "several servers do, while nothing fails",
          points: 13,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "3s" }),
          expect: [answersEverything],
        },
      ],
    },
    {
      name: "followers",
      title: "every server has the whole log in the end",
      tests: [
        {
          name: "followers execute what the leader has committed",
          points: 6,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "4s" }),
          expect: [allHaveApplied],
        },
        {
          name: "a server that was down catches up",
          points: 7,
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
          name: "a leader that was cut off with commands on its hands catches up, too",
          points: 7,
          scenario: vary => ({
            ...calm(vary, 3),
            faults: [{ kind: "isolate", target: { leader: true }, at: 2 * SECOND, for: SECOND }],
            workload: { operations: 150, rate: "50/s" },
            warmup: "1500ms",
            duration: "6s",
          }),
          expect: [allHaveApplied],
        },
      ],
    },
    {
      name: "safety",
      title: "what was committed stays",
      tests: [
        {
          name: "no two servers execute different commands, and no answer is taken back, whatever fails",
          points: 20,
          seeds: 12,
          scenario: vary => turbulence(vary),
          expect: [answersSomething, logsAgree],
        },
        {
          name: "entries of earlier terms are not committed by counting (Figure 8)",
          points: 10,
          seeds: 3,
          scenario: vary => figure8(vary),
          expect: [figure("leaderships", { atLeast: 1 }), logsAgree],
        },
      ],
    },
    {
      name: "clients",
      title: "clients ask again, and elsewhere",
      tests: [
        {
          name: "a follower names the leader, and takes nothing up itself",
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
      title: "no more messages and no more time than the paper's",
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
            messages(
              ["AppendEntries", "AppendEntriesReply"],
              ({ scenario }) => ({ atMost: 2 * (scenario.nodes - 1) * (30 + 4), atLeast: 30 }),
              "30 commands and 4 heartbeats at most in 2 s, a call and a reply for each other server",
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
          expect: [latencyAtMost(run => 4 * delayOf(run), "to the leader, to the followers, and all the way back")],
        },
        {
          name: "a dead leader costs an election, no more",
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
