/** Stages and tests of the lab on Viewstamped Replication. */
import { parameters as allParameters } from "../../algorithms/viewstamped-replication/parameters.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import {
  allHaveApplied,
  answersInTheEnd,
  answersSomething,
  appliesInOrder,
  logsAgree,
  messagesAtMost,
  nothingNew,
} from "../common/replication/expectations.ts"
import { APART, belated, halvesApart, readsOnBothSides, turbulence } from "../common/replication/scenarios.ts"
import { clientsStage, commandsStage, costStage } from "../common/replication/stages.ts"
import { isSafe } from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import {
  allDieInTurn,
  briskly,
  calm,
  forgetsAndVotes,
  inViews,
  nextPrimariesDie,
  primariesDie,
  steady,
  throughFaults,
} from "./scenarios.ts"

const { viewChangeTimeout, heartbeatInterval } = allParameters

/** §4: the primary of a view is the replica whose turn it is. */
const takeTurns: Expectation = ({ scenario, events }) => {
  for (const event of events) {
    if (event.type !== "fact" || event.fact.type !== "believes") continue
    const leader: unknown = Reflect.get(event.fact, "leader")
    const view = Number(Reflect.get(event.fact, "epoch"))
    if (leader === null || leader === view % scenario.nodes) continue
    const expected = `the primary of view ${view} of ${scenario.nodes} replicas is replica ${view % scenario.nodes}`
    return { expected, happened: `node ${event.node} believes in node ${JSON.stringify(leader)}`, at: event.time }
  }
  return undefined
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "viewstamped-replication",
  title: "Viewstamped Replication",
  summary:
    "Replicas take turns as primaries, keep their log in memory, and learn from each other what they have forgotten.",
  file: "replica.ts",
  service: replicatedLog,
  compareWith: "viewstamped-replication",
  parameters: { viewChangeTimeout, heartbeatInterval },
  stages: [
    commandsStage({ member: "node", points: [4, 6, 4], parameters: steady }),
    {
      name: "backups",
      title: "§4.1 and §5.2: every replica has the whole log in the end",
      tests: [
        {
          name: "backups execute what the primary has committed",
          points: 4,
          scenario: vary => ({ ...calm(vary), workload: { operations: 50 }, duration: "2s" }),
          expect: [allHaveApplied, appliesInOrder],
        },
        {
          name: "one that was cut off catches up",
          points: 4,
          scenario: vary =>
            throughFaults(vary, [{ kind: "isolate", target: { random: 1 }, at: SECOND, for: 0.7 * SECOND }]),
          expect: [allHaveApplied, answersInTheEnd],
        },
        {
          name: "messages that were lost, late or doubled are made up for",
          points: 4,
          scenario: vary => ({
            ...throughFaults(vary, [{ kind: "loss", share: 0.2, at: SECOND, for: SECOND }], 2),
            latency: { model: "uniform", min: 500, max: 8 * MILLISECOND },
            duplication: 0.2,
          }),
          expect: [allHaveApplied, appliesInOrder, logsAgree, answersInTheEnd],
        },
      ],
    },
    {
      name: "views",
      title: "§4.2: no view is without what was committed before it",
      tests: [
        {
          name: "the primary dies, and the one whose turn it is takes over; or the next, if that is dead as well",
          points: 5,
          scenario: nextPrimariesDie,
          expect: [answersInTheEnd, takeTurns, logsAgree],
        },
        {
          name: "no two replicas execute different commands, and no answer is taken back, however views change",
          points: 9,
          seeds: 10,
          scenario: vary => briskly(turbulence(vary, ["isolate", "partition"])),
          expect: [answersSomething, logsAgree, appliesInOrder],
        },
        {
          name: "not even if messages arrive twice, or when the view is over",
          points: 5,
          seeds: 6,
          scenario: vary => briskly(belated(vary)),
          expect: [answersSomething, logsAgree],
        },
        {
          name: "half of the replicas are not a majority",
          points: 3,
          seeds: 3,
          scenario: vary => inViews(halvesApart(vary)),
          expect: [answersSomething, nothingNew(APART.from, APART.to), logsAgree],
        },
        {
          name: "clients read what was written last, even from a primary that was cut off",
          points: 4,
          seeds: 4,
          scenario: vary => inViews(readsOnBothSides(vary)),
          expect: [answersSomething, isSafe("linearizable")],
        },
      ],
    },
    {
      name: "recovery",
      title: "§4.3: who has forgotten everything asks, before it takes part in anything",
      tests: [
        {
          name: "a replica that was down knows everything in the end",
          points: 4,
          scenario: vary =>
            throughFaults(vary, [{ kind: "crash", target: { random: 1 }, at: SECOND, for: 0.5 * SECOND }]),
          expect: [allHaveApplied, answersInTheEnd, appliesInOrder],
        },
        {
          name: "all may die, one after the other, and nothing is lost",
          points: 5,
          seeds: 6,
          scenario: allDieInTurn,
          expect: [answersInTheEnd, logsAgree, isSafe("linearizable")],
        },
        {
          name: "primaries that die and return do so, too, while messages get lost",
          points: 4,
          seeds: 6,
          scenario: primariesDie,
          expect: [answersSomething, logsAgree, isSafe("linearizable"), answersInTheEnd],
        },
        {
          name: "whoever has forgotten what it acknowledged has no say in the next view",
          points: 5,
          seeds: 6,
          scenario: forgetsAndVotes,
          expect: [answersSomething, logsAgree, isSafe("linearizable")],
        },
      ],
    },
    clientsStage("whoever is not the primary", steady),
    costStage({
      title: "one round trip to a majority, and no disk",
      budget: messagesAtMost(
        ({ scenario }) => (scenario.nodes - 1) * (2 * 30 + 4),
        "a Prepare and a PrepareOk for each of 30 commands, and 4 Commits at most in 2 s, for each other replica",
      ),
      others: "the backups",
      election: "its timeout and a view change",
      parameters: {
        slow: { viewChangeTimeout: "3s", heartbeatInterval: "1s" },
        usual: steady,
        quick: { viewChangeTimeout: "60ms", heartbeatInterval: "25ms" },
      },
    }),
  ],
}
