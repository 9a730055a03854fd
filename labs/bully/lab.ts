/** Stages and tests of the lab on bully elections. */
import { parameters as allParameters } from "../../algorithms/bully/types.ts"
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import {
  heartbeatsIn,
  highest,
  highestAlive,
  nobodyReusesANumber,
  onlyHeartbeats,
} from "../common/election/expectations.ts"
import { crashesFromTheTop, passingCrashes, splitInTwo } from "../common/election/scenarios.ts"
import {
  allFollow,
  always,
  delayOf,
  figure,
  isSafe,
  latencyAtMost,
  messages,
  otherMessages,
  purposesAreKnown,
} from "../engine/expectations.ts"
import type { Expectation, ImplementLab, LabRun } from "../engine/lab.ts"
import { anyDelay, constantDelay } from "../engine/scenarios.ts"

const { announceAtOnce: _, ...parameters } = allParameters

/** The number of processes that hold an election: the one that was asked to, and all above it. */
function electors({ scenario }: LabRun): number {
  return scenario.nodes - Number(scenario.workload["initiator"])
}

/** Answers that are due: how many, by who owes them to whom, and since when. */
const everyElectionIsAnswered: Expectation = ({ scenario, events }) => {
  const owed = new Map<string, { count: number; at: Micros }>()
  const key = (debtor: NodeId, to: NodeId): string => `${debtor} to ${to}`
  for (const event of events) {
    if (event.type === "deliver" && event.message.type === "Election") {
      const debt = owed.get(key(event.node, event.from))
      owed.set(key(event.node, event.from), { count: (debt?.count ?? 0) + 1, at: event.time })
    } else if (event.type === "send" && event.message.type === "Answer") {
      const debt = owed.get(key(event.node, event.to))
      if (debt !== undefined) owed.set(key(event.node, event.to), { ...debt, count: debt.count - 1 })
    }
  }
  for (const [who, { count, at }] of owed) {
    if (count === 0) continue
    const happened = `from node ${who}: ${count > 0 ? `${count} too few` : `${-count} too many`}`
    return { expected: "one Answer for each Election, to the process that sent it", happened, at }
  }
  return scenario.nodes > 1 && owed.size === 0 ? { expected: "an Election", happened: "nobody sent one" } : undefined
}

const onlyHigherAreAsked = always("Election goes to higher processes only", event =>
  event.type === "send" && event.message.type === "Election" && event.to < event.node
    ? `node ${event.node} sent one to node ${event.to}`
    : undefined,
)

export const lab: ImplementLab = {
  kind: "implement",
  name: "bully",
  title: "Bully elections",
  summary: "The live process with the highest id coordinates: elections by Garcia-Molina's bully algorithm.",
  file: "bully.ts",
  service: leaderElection,
  compareWith: "bully",
  parameters,
  stages: [
    {
      name: "start",
      title: "the first election",
      tests: [
        {
          name: "a process that is alone coordinates itself",
          points: 8,
          seeds: 2,
          scenario: vary => ({ nodes: 1, latency: constantDelay(vary), duration: "150ms" }),
          expect: [allFollow(highest)],
        },
        {
          name: "soon after the start, two or three follow the highest",
          points: 12,
          scenario: vary => ({ nodes: vary.integer(2, 3), latency: constantDelay(vary), duration: "150ms" }),
          expect: [allFollow(highest)],
        },
      ],
    },
    {
      name: "messages",
      title: "Election, Answer, Coordinator",
      tests: [
        {
          name: "an election asks all higher processes, and only these",
          points: 8,
          scenario: askedToElect,
          expect: [
            onlyHigherAreAsked,
            messages(
              ["Election"],
              run => ({ exactly: (electors(run) * (electors(run) - 1)) / 2 }),
              "each process from the initiator up asks every higher one, once",
            ),
          ],
        },
        {
          name: "whoever is asked by a lower process answers, whatever else it is doing",
          points: 6,
          scenario: askedToElect,
          expect: [everyElectionIsAnswered],
        },
        {
          name: "the winner tells all the others",
          points: 6,
          scenario: askedToElect,
          expect: [
            allFollow(highest),
            messages(["Coordinator"], run => ({ exactly: run.scenario.nodes - 1 }), "one to each lower process, once"),
          ],
        },
      ],
    },
    {
      name: "crashes",
      title: "the coordinator dies",
      tests: [
        {
          name: "a dead coordinator is noticed, and the highest that is left elected",
          points: 10,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            const faults = dyingFromTheTop(vary, nodes, 1)
            return { nodes, faults, latency: anyDelay, duration: "2s" }
          },
          expect: [allFollow(highestAlive)],
        },
        {
          name: "processes may die during an election, even those that answered",
          points: 15,
          seeds: 20,
          scenario: vary => {
            const nodes = vary.integer(4, 7)
            const faults = dyingFromTheTop(vary, nodes, vary.integer(2, nodes - 1))
            return { nodes, faults, latency: anyDelay, duration: "3s" }
          },
          expect: [allFollow(highestAlive), isSafe(), figure("split_brain_share", { atMost: 0 })],
        },
      ],
    },
    {
      name: "returns",
      title: "processes that were down",
      tests: [
        {
          name: "a process that returns learns who coordinates; the highest of all takes over",
          points: 5,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            const faults = [
              { kind: "crash", target: { nodes: [vary.integer(0, nodes - 1)] }, at: SECOND, for: SECOND },
            ] as const
            return { nodes, faults, latency: anyDelay, duration: "3s" }
          },
          expect: [allFollow(highest)],
        },
        {
          name: "a process that finds nobody to ask remembers which numbers were used",
          points: 3,
          scenario: vary => {
            const nodes = vary.integer(2, 5)
            const others = Array.from({ length: nodes - 1 }, (_unused, i) => i + 1)
            const faults = [
              { kind: "crash", target: { nodes: others }, at: SECOND },
              { kind: "crash", target: { nodes: [0] }, at: 2 * SECOND, for: vary.integer(1, 500) * MILLISECOND },
            ] as const
            return { nodes, faults, latency: anyDelay, duration: "4s" }
          },
          expect: [allFollow(highestAlive), figure("reused_epochs", { atMost: 0 }), nobodyReusesANumber],
        },
        {
          name: "the highest takes over even if it returns while another is being elected in its place",
          points: 3,
          seeds: 20,
          scenario: vary => {
            const nodes = vary.integer(2, 6)
            const faults = [
              { kind: "crash", target: { nodes: [nodes - 1] }, at: SECOND, for: vary.integer(150, 270) * MILLISECOND },
            ] as const
            return { nodes, faults, latency: anyDelay, duration: "3s" }
          },
          expect: [isSafe(), allFollow(highest)],
        },
        {
          name: "two coordinators that the network has kept apart meet, and the higher one remains",
          points: 4,
          seeds: 10,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            return { nodes, faults: [splitInTwo(vary, nodes)], latency: anyDelay, duration: "4s" }
          },
          expect: [allFollow(highest)],
        },
        {
          name: "no two processes ever coordinate with the same number, whoever crashes and returns",
          points: 5,
          seeds: 40,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            return { nodes, faults: passingCrashes(vary, nodes), latency: anyDelay, duration: "5s" }
          },
          expect: [isSafe(), allFollow(highest)],
        },
      ],
    },
    {
      name: "cost",
      title: "no slower and no louder than the literature",
      tests: [
        {
          name: "an election that the winner itself begins takes T + d",
          points: 6,
          scenario: topCrashed,
          expect: [
            latencyAtMost(
              run => Number(run.scenario.parameters["answerTimeout"]) + delayOf(run),
              "the wait for answers (T), and the announcement (d)",
            ),
          ],
        },
        {
          name: "an election costs no messages but Elections, Answers and Coordinators",
          points: 4,
          scenario: askedToElect,
          expect: [
            allFollow(highest),
            purposesAreKnown,
            otherMessages(
              ["Election", "Answer", "Coordinator"],
              run => heartbeatsIn(run, 200 * MILLISECOND),
              "n-1 Heartbeats an interval, for 200 ms",
            ),
          ],
        },
        {
          name: "between elections only the coordinator speaks, once an interval",
          points: 5,
          scenario: vary => ({ nodes: vary.integer(2, 7), latency: constantDelay(vary), warmup: "1s", duration: "3s" }),
          expect: [allFollow(highest), onlyHeartbeats(2)],
        },
      ],
    },
  ],
}

/** Crashes of the `count` highest processes, the others while the death of the first is found out. */
function dyingFromTheTop(vary: Random, nodes: number, count: number): Fault[] {
  return crashesFromTheTop(vary, { nodes, count, start: vary.integer(SECOND, 1.2 * SECOND), soonestMs: 100 })
}

/** Nobody is down, and one process is asked to hold an election. */
function askedToElect(vary: Random) {
  const nodes = vary.integer(3, 8)
  return {
    nodes,
    latency: constantDelay(vary),
    workload: { initiators: "one", initiator: vary.integer(0, nodes - 1) },
    warmup: "3s",
    duration: "3200ms",
  }
}

/** The highest process has died, and the next is the first to notice. */
function topCrashed(vary: Random) {
  const nodes = vary.integer(3, 8)
  return {
    nodes,
    latency: constantDelay(vary),
    workload: { initiators: "one", initiator: nodes - 2 },
    faults: [{ kind: "crash", target: { nodes: [nodes - 1] }, at: 3 * SECOND }],
    warmup: "3001ms",
    duration: "3200ms",
  } as const
}
