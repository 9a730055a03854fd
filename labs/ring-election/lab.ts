/** Stages and tests of the lab on ring elections. */
import { arrangeRing, successorsOf } from "../../algorithms/common/ring.ts"
import { parameters as allParameters } from "../../algorithms/ring-election/types.ts"
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import { integer } from "../../runtime/contract/parameters.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { heartbeatsIn, highest, highestAlive, onlyHeartbeats } from "../common/election/expectations.ts"
import { crashesFromTheTop, passingCrashes, splitInTwo } from "../common/election/scenarios.ts"
import {
  allFollow,
  delayOf,
  isBelief,
  isSafe,
  latencyAtMost,
  messages,
  otherMessages,
  purposesAreKnown,
  sentOf,
} from "../engine/expectations.ts"
import type { Expectation, Failure, ImplementLab, LabRun } from "../engine/lab.ts"
import { anyDelay, constantDelay } from "../engine/scenarios.ts"

const { ackTimeout, heartbeatInterval, detectionTimeout } = allParameters

const anyArrangement = (vary: Random) => ({ arrangement: vary.integer(0, 40_319) })

/** The members in the direction of travel. */
function ringOf({ scenario }: LabRun): readonly NodeId[] {
  return arrangeRing(scenario.nodes, { order: "numbered", arrangement: Number(scenario.parameters["arrangement"]) })
}

/** Hops from a member to the first larger one; for the largest, once round. */
function hopsToLarger(id: NodeId, ring: readonly NodeId[]): number {
  const place = successorsOf(id, ring).findIndex(other => other >= id)
  return place + 1
}

/** Hops from the member that the workload asks to the largest. */
function hopsToLargest(run: LabRun): number {
  const initiator = Number(run.scenario.workload["initiator"])
  return initiator === highest(run) ? 0 : successorsOf(initiator, ringOf(run)).indexOf(highest(run)) + 1
}

/** Whoever begins to lead does so with a larger number than anybody before. */
const numbersGrow: Expectation = ({ events }) => {
  let last = { leader: -1, epoch: -Infinity }
  for (const event of events) {
    if (event.type !== "fact" || !isBelief(event.fact) || event.fact.leader !== event.node) continue
    const { leader, epoch } = event.fact
    if (epoch <= last.epoch) {
      return {
        expected: `an election after number ${last.epoch}, which node ${last.leader} won, has a larger number`,
        happened: `node ${leader} leads with number ${epoch}`,
        at: event.time,
      }
    }
    last = { leader, epoch }
  }
  return last.leader >= 0 ? undefined : { expected: "elections that somebody wins", happened: "nobody ever leads" }
}

/** From the moment at which a member sends a candidate on until it hears of the outcome, it follows nobody. */
const nobodyLeadsMeanwhile: Expectation = ({ scenario, events, result }) => {
  const leaders: (NodeId | null)[] = Array.from({ length: scenario.nodes }, () => null)
  const candidacies = new Map<NodeId, Micros>()
  // What a handler reports and sends comes in any order, but at one moment.
  const judge = (now: Micros): Failure | undefined => {
    for (const [node, at] of candidacies) {
      if (at === now) continue
      candidacies.delete(node)
      if (leaders[node] === null) continue
      const expected = "a member that takes part in an election follows nobody until it is over"
      return { expected, happened: `node ${node} sent a candidate on, and follows node ${leaders[node]}`, at }
    }
    return undefined
  }
  for (const event of events) {
    const failure = judge(event.time)
    if (failure !== undefined) return failure
    if (event.type === "fact" && isBelief(event.fact)) leaders[event.node] = event.fact.leader
    if (event.type !== "send") continue
    if (event.message.type === "Election") candidacies.set(event.node, event.time)
    if (event.message.type === "Elected") candidacies.delete(event.node)
  }
  return judge(result.ended + 1)
}

/** Nobody is down, and members are asked to start elections, long after the first. */
function asked(vary: Random, initiators: "one" | "all"): ScenarioOptions {
  const nodes = vary.integer(2, 8)
  const initiator = vary.integer(0, nodes - 1)
  return {
    nodes,
    latency: constantDelay(vary),
    parameters: anyArrangement(vary),
    workload: { initiators, ...(initiators === "one" ? { initiator } : {}) },
    warmup: "3s",
    duration: "3500ms",
  }
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "ring-election",
  title: "Ring elections",
  summary:
    "Candidates travel round a ring, larger ones beat smaller ones: elections by Chang and Roberts, with repair.",
  file: "ring.ts",
  service: leaderElection,
  compareWith: "ring-election",
  parameters: {
    arrangement: integer(0, "Which of the n! arrangements of the ids the ring has, in lexicographic order."),
    ackTimeout,
    heartbeatInterval,
    detectionTimeout,
  },
  stages: [
    {
      name: "round",
      title: "once round, and everybody knows",
      tests: [
        {
          name: "a member that is alone leads",
          points: 7,
          seeds: 2,
          scenario: vary => ({ nodes: 1, latency: constantDelay(vary), duration: "150ms" }),
          expect: [allFollow(() => 0)],
        },
        {
          name: "soon after the start all follow the largest, however the ring is arranged",
          points: 13,
          scenario: vary => ({
            nodes: vary.integer(2, 5),
            latency: `${vary.integer(1, 10)}ms`,
            parameters: anyArrangement(vary),
            duration: "150ms",
          }),
          expect: [allFollow(highest)],
        },
      ],
    },
    {
      name: "messages",
      title: "larger candidates beat smaller ones on the way",
      tests: [
        {
          name: "if one starts, its candidacy becomes the largest's on the way, which goes once round",
          points: 8,
          scenario: vary => asked(vary, "one"),
          expect: [
            messages(
              ["Election"],
              run => ({ exactly: run.scenario.nodes + hopsToLargest(run) }),
              "n, and as many as there are hops from who starts to the largest",
            ),
          ],
        },
        {
          name: "if all start, every candidate gets as far as the next larger one",
          points: 9,
          seeds: 10,
          scenario: vary => asked(vary, "all"),
          expect: [
            messages(
              ["Election"],
              run => {
                const ring = ringOf(run)
                return { exactly: ring.reduce((sum, id) => sum + hopsToLarger(id, ring), 0) }
              },
              "the hops from each member to the next larger one, and n for the largest",
            ),
          ],
        },
        {
          name: "the outcome goes once round",
          points: 8,
          scenario: vary => asked(vary, "all"),
          expect: [
            allFollow(highest),
            nobodyLeadsMeanwhile,
            messages(["Elected"], run => ({ exactly: run.scenario.nodes }), "one a hop, and back to the leader"),
          ],
        },
      ],
    },
    {
      name: "numbers",
      title: "every election has a number of its own",
      tests: [
        {
          name: "elections one after the other have growing numbers",
          points: 5,
          scenario: vary => ({
            nodes: vary.integer(2, 7),
            latency: "5ms",
            parameters: anyArrangement(vary),
            workload: { initiators: "random", interval: "300ms" },
            warmup: "1s",
            duration: "3s",
          }),
          expect: [numbersGrow],
        },
        {
          name: "even if whoever starts one was down during the others",
          points: 5,
          seeds: 10,
          scenario: vary => {
            const nodes = vary.integer(3, 7)
            const target = { nodes: [vary.integer(0, nodes - 1)] }
            return {
              nodes,
              latency: "5ms",
              parameters: anyArrangement(vary),
              workload: { initiators: "random", interval: "400ms" },
              faults: [{ kind: "crash", target, at: SECOND, for: 2 * SECOND }],
              warmup: "500ms",
              duration: "4s",
            }
          },
          expect: [numbersGrow],
        },
        {
          name: "even if all were down in between, and not all return",
          points: 5,
          seeds: 10,
          scenario: vary => {
            const nodes = vary.integer(1, 6)
            const lost = vary.integer(0, nodes - 1)
            const faults = Array.from({ length: nodes }, (_unused, i): Fault => {
              const crash = { kind: "crash", target: { nodes: [nodes - 1 - i] }, at: SECOND } as const
              return i < lost ? crash : { ...crash, for: 300 * MILLISECOND }
            })
            return { nodes, latency: "5ms", parameters: anyArrangement(vary), faults, duration: "3s" }
          },
          expect: [numbersGrow],
        },
      ],
    },
    {
      name: "crashes",
      title: "dead members are skipped, a dead leader is replaced",
      tests: [
        {
          name: "a dead leader is noticed, and the largest that is left elected",
          points: 7,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            const faults = [{ kind: "crash", target: { nodes: [nodes - 1] }, at: SECOND }] as const
            return { nodes, faults, parameters: anyArrangement(vary), latency: anyDelay, duration: "3s" }
          },
          expect: [allFollow(highestAlive)],
        },
        {
          name: "several may die, even whoever is about to win an election",
          points: 7,
          seeds: 20,
          scenario: vary => {
            const nodes = vary.integer(3, 8)
            const count = vary.integer(2, nodes - 1)
            const faults = crashesFromTheTop(vary, { nodes, count, start: SECOND, soonestMs: 150 })
            return { nodes, faults, parameters: anyArrangement(vary), latency: anyDelay, duration: "4s" }
          },
          expect: [allFollow(highestAlive)],
        },
        {
          name: "whoever crashes and returns, in the end all follow the largest, and never by two with one number",
          points: 5,
          seeds: 20,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            const faults = passingCrashes(vary, nodes)
            return { nodes, faults, parameters: anyArrangement(vary), latency: anyDelay, duration: "6s" }
          },
          expect: [isSafe(), allFollow(highest)],
        },
        {
          name: "the largest may die in the middle of an election, and return before it is over",
          points: 3,
          seeds: 20,
          scenario: vary => {
            const { nodes: few, ...options } = asked(vary, "all")
            const nodes = few + 2
            const at = 3 * SECOND + vary.integer(1, 20) * MILLISECOND
            const faults = [
              { kind: "crash", target: { nodes: [nodes - 1] }, at, for: vary.integer(20, 200) * MILLISECOND },
            ] as const
            return { ...options, nodes, faults, latency: "10ms", duration: "6s" }
          },
          expect: [isSafe(), allFollow(highest)],
        },
        {
          name: "two leaders that the network has kept apart meet, and the larger one remains",
          points: 3,
          seeds: 10,
          scenario: vary => {
            const nodes = vary.integer(2, 7)
            const faults = [splitInTwo(vary, nodes)]
            return { nodes, faults, parameters: anyArrangement(vary), latency: anyDelay, duration: "5s" }
          },
          expect: [allFollow(highest)],
        },
      ],
    },
    {
      name: "cost",
      title: "no slower and no louder than the literature",
      tests: [
        {
          name: "an election takes n + k hops, and its outcome n - 1",
          points: 4,
          scenario: vary => asked(vary, "one"),
          expect: [
            latencyAtMost(
              run => (2 * run.scenario.nodes - 1 + hopsToLargest(run)) * delayOf(run),
              "a hop each, k of them from who starts to the largest",
            ),
          ],
        },
        {
          name: "a dead member costs an acknowledgement's timeout each time round",
          points: 4,
          scenario: vary => {
            const options = asked(vary, "one")
            const nodes = options.nodes + 1
            const initiator = Number(options.workload!["initiator"])
            const others = Array.from({ length: nodes - 1 }, (_unused, id) => id).filter(id => id !== initiator)
            const dead = others[vary.integer(0, others.length - 1)]!
            return {
              ...options,
              nodes,
              faults: [{ kind: "crash", target: { nodes: [dead] }, at: 2 * SECOND }],
              duration: "4s",
            }
          },
          expect: [
            latencyAtMost(run => {
              const hops = 2 * run.scenario.nodes - 1 + hopsToLargest(run)
              return hops * delayOf(run) + 3 * Number(run.scenario.parameters["ackTimeout"])
            }, "a hop each, and an ackTimeout whenever the dead member is passed: three times at most"),
          ],
        },
        {
          name: "an election costs no messages but Elections, Elected and an Ack for each",
          points: 3,
          scenario: vary => asked(vary, "one"),
          expect: [
            allFollow(highest),
            purposesAreKnown,
            otherMessages(
              ["Election", "Elected"],
              run => sentOf(["Election", "Elected"], run) + heartbeatsIn(run, 500 * MILLISECOND),
              "an Ack for each of these, and n-1 Heartbeats an interval for 500 ms",
            ),
          ],
        },
        {
          name: "between elections only the leader speaks, once an interval",
          points: 4,
          scenario: vary => ({
            nodes: vary.integer(2, 7),
            latency: constantDelay(vary),
            parameters: anyArrangement(vary),
            warmup: "2s",
            duration: "4s",
          }),
          expect: [allFollow(highest), onlyHeartbeats(2)],
        },
      ],
    },
  ],
}
