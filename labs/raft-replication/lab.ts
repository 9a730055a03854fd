/** Stages and tests of the lab on Raft's log. */
import { parameters as allParameters } from "../../algorithms/raft/parameters.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { figure, isSafe } from "../engine/expectations.ts"
import type { ImplementLab } from "../engine/lab.ts"
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
  figure8,
  halvesApart,
  readsOnBothSides,
  shortButLater,
  throughFault,
  turbulence,
} from "../common/replication/scenarios.ts"
import { clientsStage, commandsStage, costStage } from "../common/replication/stages.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval } = allParameters

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
    commandsStage({ member: "server", points: [6, 9, 5] }),
    {
      name: "followers",
      title: "every server has the whole log in the end",
      tests: [
        {
          name: "followers execute what the leader has committed",
          points: 5,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, warmup: "2s", duration: "4s" }),
          expect: [allHaveApplied],
        },
        {
          name: "a server that was down catches up",
          points: 5,
          scenario: vary => throughFault(vary, { kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: SECOND }),
          expect: [allHaveApplied],
        },
        {
          name: "even if it is another leader that it finds when it returns",
          points: 5,
          scenario: awayDuringElection,
          expect: [allHaveApplied, answersInTheEnd],
        },
        {
          name: "a leader that was cut off with commands on its hands catches up, too",
          points: 5,
          scenario: vary =>
            throughFault(vary, { kind: "isolate", target: { leader: true }, at: 2 * SECOND, for: SECOND }),
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
          points: 9,
          seeds: 12,
          scenario: vary => turbulence(vary),
          expect: [answersSomething, logsAgree, appliesInOrder],
        },
        {
          name: "half of the servers are not a majority",
          points: 3,
          seeds: 3,
          scenario: halvesApart,
          expect: [answersSomething, nothingNew(APART.from, APART.to), logsAgree],
        },
        {
          name: "not even if messages arrive when the term is over",
          points: 4,
          seeds: 6,
          scenario: belated,
          expect: [answersSomething, logsAgree],
        },
        {
          name: "entries of earlier terms are not committed by counting (Figure 8)",
          points: 6,
          seeds: 3,
          scenario: vary => figure8(vary),
          expect: [figure("leaderships", { atLeast: 1 }), logsAgree],
        },
        {
          name: "a server whose log ends with the later term is elected, be it the shorter log",
          points: 4,
          seeds: 3,
          scenario: shortButLater,
          expect: [answersInTheEnd, logsAgree],
        },
        {
          name: "clients read what was written last, even from a leader that was cut off",
          points: 4,
          seeds: 4,
          scenario: readsOnBothSides,
          expect: [answersSomething, isSafe("linearizable")],
        },
      ],
    },
    clientsStage("a follower"),
    costStage({
      title: "no more messages and no more time than the paper's",
      budget: messagesAtMost(
        ({ scenario }) => 2 * (scenario.nodes - 1) * (30 + 4),
        "30 commands and 4 heartbeats at most in 2 s, a call and a reply for each other server",
      ),
      others: "the followers",
      election: "an election",
    }),
  ],
}
