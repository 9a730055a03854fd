/** Stages and tests of the lab on chain replication. */
import { duration } from "../../runtime/contract/parameters.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { isApplied } from "../../services/replicated-log/shape.ts"
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
import {
  allDieInTurn,
  calm,
  patient,
  primariesDie,
  readsOnBothSides,
  rough,
  serviceRestarts,
  throughFaults,
  turbulence,
} from "../common/replication/under-a-master.ts"
import { available, delayOf, figure, isSafe, latencyAtMost, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab, LabRun } from "../engine/lab.ts"

const parameters = { heartbeatInterval: "20ms", detectionTimeout: "80ms", lease: "60ms" }

/** Updates of which a server may not know that the tail has them: acknowledgements come up the chain once an interval each. */
const FEW = 12

function withParameters(options: ScenarioOptions): ScenarioOptions {
  return { ...options, parameters }
}

/** The server at a place dies for good. */
function dies(vary: Random, office: string): ScenarioOptions {
  const fault: Fault = { kind: "crash", target: { office }, at: 600 * MILLISECOND + vary.integer(0, 30) * MILLISECOND }
  return withParameters(throughFaults(vary, [fault], 3))
}

/**
 * The tail is cut off from the master and the others, but not from its clients, who ask nobody else. A server that may not
 * be asked, and what became of it, is in no one's way.
 */
function tailCutOff(vary: Random): ScenarioOptions {
  const options = readsOnBothSides(vary)
  const fault: Fault = { kind: "isolate", target: { office: "tail" }, at: 500 * MILLISECOND, for: SECOND }
  return withParameters({ ...options, faults: [fault] })
}

/** Updates that anybody has executed. */
function updatesIn({ events }: LabRun): number {
  const facts = events.flatMap(event => (event.type === "fact" && isApplied(event.fact) ? [event.fact.index] : []))
  return Math.max(0, ...facts)
}

const served: readonly Expectation[] = [answersEverything, logsAgree, isSafe("linearizable")]

export const lab: ImplementLab = {
  kind: "implement",
  name: "chain-replication",
  title: "Chain replication",
  summary: "Updates go down a chain of servers, queries to its tail; a master takes out who fails.",
  file: "chain.ts",
  service: replicatedLog,
  compareWith: "chain-replication",
  parameters: {
    heartbeatInterval: duration("max(75ms, 5d)", "Servers tell the master this often that they live.", { min: 1 }),
    detectionTimeout: duration("max(300ms, 20d)", "Who has not been heard of for this long is dead.", { min: 1 }),
    lease: duration("max(225ms, 15d)", "How long a server may answer queries after a heartbeat.", { min: 1 }),
  },
  stages: [
    {
      name: "chain",
      title: "updates at the head, queries at the tail",
      tests: [
        {
          name: "a server that is alone is head and tail",
          points: 5,
          seeds: 2,
          scenario: vary =>
            withParameters({ ...calm(vary), nodes: 1, workload: { operations: 50, reads: "50%" }, duration: "1s" }),
          expect: [answersEverything],
        },
        {
          name: "several answer, while nothing fails, and all of them execute all updates",
          points: 7,
          scenario: vary => withParameters({ ...calm(vary), workload: { rate: "50/s", ...patient }, duration: "1s" }),
          expect: [answersEverything, appliesInOrder, allHaveAppliedBut(FEW)],
        },
        {
          name: "whoever is not to be asked says who is: of an update the head, of a query the tail",
          points: 6,
          scenario: vary =>
            withParameters({
              ...calm(vary),
              workload: { operations: 50, ask: "own", mode: "closed", clients: 5, think: "5ms", ...patient },
              duration: "1s",
            }),
          expect: [answersEverything, figure("redirects", { atLeast: 1 }), asksOnce],
        },
      ],
    },
    {
      name: "links",
      title: "what a server has, all before it have",
      tests: [
        {
          name: "updates that are lost, late or doubled are made up for, and executed once",
          points: 10,
          seeds: 6,
          scenario: vary => withParameters({ ...throughFaults(vary, []), ...rough, loss: 0.1 }),
          expect: [answersEverything, logsAgree, appliesInOrder, isSafe("applied-once")],
        },
        {
          name: "a query sees all updates that were answered before it",
          points: 7,
          scenario: vary =>
            withParameters({
              ...calm(vary),
              latency: rough.latency,
              workload: { mode: "closed", clients: 4, keys: 1, reads: "50%", writes: "mixed", think: "2ms" },
              duration: "600ms",
            }),
          expect: [answersSomething, isSafe("linearizable")],
        },
      ],
    },
    {
      name: "failures",
      title: "§3.2: head, tail, and those between them",
      tests: [
        {
          name: "the head dies: the next one orders updates (§3.2.1)",
          points: 5,
          scenario: vary => dies(vary, "head"),
          expect: served,
        },
        {
          name: "the tail dies: what the one before it has is all there is (§3.2.2)",
          points: 5,
          scenario: vary => dies(vary, "tail"),
          expect: served,
        },
        {
          name: "another one dies: its successor gets what was on its way (§3.2.3)",
          points: 5,
          scenario: vary => ({ ...dies(vary, "middle"), nodes: vary.integer(3, 5) }),
          expect: served,
        },
        {
          name: "one after the other, until one is left, on links that lose messages",
          points: 9,
          seeds: 8,
          scenario: vary => ({
            ...primariesDie(vary),
            parameters: { ...parameters, detectionTimeout: "160ms", lease: "120ms" },
          }),
          expect: [answersSomething, logsAgree, isSafe("linearizable"), answersInTheEnd],
        },
      ],
    },
    {
      name: "suspicions",
      title: "who was removed, and lives",
      tests: [
        {
          name: "nobody reads the past from a tail that is one no more",
          points: 7,
          scenario: tailCutOff,
          expect: [answersSomething, isSafe("linearizable"), answersInTheEnd],
        },
        {
          name: "nor anything else, whatever is paused, cut off, lost or late, the master among it",
          points: 9,
          seeds: 10,
          scenario: vary => withParameters(turbulence(vary)),
          expect: [answersSomething, logsAgree, isSafe("linearizable", "applied-once"), answersInTheEnd],
        },
      ],
    },
    {
      name: "joining",
      title: "§3.2.4: who returns is the new tail",
      tests: [
        {
          name: "a server that was down has everything in the end",
          points: 4,
          scenario: vary =>
            withParameters(
              throughFaults(vary, [
                { kind: "crash", target: { random: 1 }, at: 600 * MILLISECOND, for: 300 * MILLISECOND },
              ]),
            ),
          expect: [answersInTheEnd, logsAgree, appliesInOrder, allHaveAppliedBut(FEW)],
        },
        {
          name: "all may die, one after the other, and nothing is lost",
          points: 5,
          seeds: 8,
          scenario: vary => withParameters(allDieInTurn(vary)),
          expect: [answersInTheEnd, logsAgree, isSafe("linearizable", "applied-once")],
        },
        {
          name: "the master may die as well: it remembers the chain",
          points: 3,
          seeds: 6,
          scenario: vary => withParameters(serviceRestarts(vary)),
          expect: [answersSomething, logsAgree, isSafe("linearizable"), available(0.8), answersInTheEnd],
        },
      ],
    },
    {
      name: "cost",
      title: "one message a link",
      tests: [
        {
          name: "an update costs n-1 messages, a query none; heartbeats 3n an interval",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            workload: { mode: "closed", clients: 1, operations: 80, reads: "50%" },
            parameters: { heartbeatInterval: "40ms", detectionTimeout: "200ms", lease: "150ms" },
            warmup: "400ms",
            duration: "800ms",
          }),
          expect: [
            purposesAreKnown,
            messagesAtMost(run => {
              const { nodes } = run.scenario
              return (
                updatesIn(run) * (nodes - 1) +
                Math.ceil((run.result.ended - run.scenario.warmup) / (40 * MILLISECOND)) * 3 * nodes
              )
            }, "an Update for each link, and of each server a heartbeat, its answer and an acknowledgement every 40 ms"),
          ],
        },
        {
          name: "an update takes (n+1)d, a query 2d",
          points: 5,
          scenario: vary =>
            withParameters({
              ...calm(vary),
              workload: {
                mode: "closed",
                clients: 1,
                operations: 30,
                ask: "leader",
                reads: vary.chance(0.5) ? "0%" : "100%",
              },
              duration: "2s",
            }),
          expect: [
            latencyAtMost(
              // The first query asks whoever it is that the client knows, and is sent to the tail by that one.
              run => (run.scenario.workload["reads"] === 1 ? 4 : run.scenario.nodes + 1) * delayOf(run),
              "from the client to the head, down the chain, and from the tail to the client",
            ),
          ],
        },
        {
          name: "a dead head costs the time until it is missed, and little more",
          points: 3,
          scenario: vary =>
            withParameters({
              ...calm(vary),
              workload: { rate: "50/s", reads: "0%", retryAfter: "40ms", backoff: "10ms", deadline: "60ms" },
              faults: [{ kind: "crash", target: { office: "head" }, at: SECOND }],
              duration: "3s",
            }),
          expect: [available(0.92)],
        },
      ],
    },
  ],
}
