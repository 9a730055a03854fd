/** Stages and tests of the lab on the Byzantine generals. */
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"
import { parameters as allParameters } from "../../algorithms/oral-messages/parameters.ts"
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { BEHAVIOURS, type Behaviour } from "../../runtime/faults/byzantine.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { agreement } from "../../services/agreement/service.ts"
import { available, isSafe, latencyAtMost, messages, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"

const { m, roundLength } = allParameters

/** Delays between nothing and 10 ms: a round is 1 ms longer. */
const anyDelay = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const

/** A node that turns traitor before anything has begun. */
function traitor(node: NodeId, behaviour: Behaviour): Fault {
  return { kind: "byzantine", target: { nodes: [node] }, behaviour, at: 0 }
}

/** One of the named behaviours, or any sequence of orders and silences at all. */
function anyBehaviour(vary: Random): Behaviour {
  const named = vary.integer(0, 2 * BEHAVIOURS.length)
  if (named < BEHAVIOURS.length) return BEHAVIOURS[named]!
  return { script: Array.from({ length: 40 }, () => (vary.chance(0.3) ? null : vary.integer(0, 1))) }
}

/** Lies that are all told: what absence means is another stage's business. */
function anyLies(vary: Random): Behaviour {
  if (vary.chance(0.3)) return vary.chance(0.5) ? "equivocating" : "colluding"
  return { script: Array.from({ length: 400 }, () => vary.integer(0, 1)) }
}

/**
 * ATTACK and silence in equal shares and any order to as many lieutenants as hear a traitor's first words, and any lies
 * after that: the two are told apart by those only who take silence for RETREAT.
 */
function halfSilent(vary: Random, hearers: number): Behaviour {
  const attacks = new Set(vary.choose(hearers >> 1, hearers))
  const first = Array.from({ length: hearers }, (_unused, i) => (attacks.has(i) ? 1 : null))
  return { script: [...first, ...Array.from({ length: 400 }, () => vary.integer(0, 1))] }
}

/** All decide, and rightly: IC1 and IC2. */
const interactivelyConsistent: readonly Expectation[] = [isSafe(), available(1)]

/** The commander, node 0, is silent; his own decision is his own business. */
const retreats: Expectation = ({ events }) => {
  for (const event of events) {
    if (event.type !== "fact" || event.fact.type !== "decided" || !("value" in event.fact)) continue
    if (event.fact.value === 0 || event.node === 0) continue
    const expected = "RETREAT (0), the order of whoever hears nothing"
    return { expected, happened: `node ${event.node} decided ${String(event.fact.value)}`, at: event.time }
  }
  return undefined
}

/** Messages of OM(m) with n generals: n-1, times what each of the n-1 lieutenants then sends as a commander. */
function messagesOf(n: number, depth: number): number {
  return depth === 0 ? n - 1 : (n - 1) * (1 + messagesOf(n - 1, depth - 1))
}

/** A relay takes the way that the order came, and to nobody who has seen it on that way. */
const pathsAreWays: Expectation = ({ events }) => {
  for (const event of events) {
    if (event.type !== "send" || event.message.type !== "Oral") continue
    const path: unknown = "path" in event.message ? event.message.path : undefined
    const expected = "a path begins with the commander and ends with the sender; nobody is on it twice"
    if (!Array.isArray(path)) return { expected, happened: `node ${event.node} sent no path`, at: event.time }
    const isWay = path.at(-1) === event.node && path[0] === 0 && new Set(path).size === path.length
    const written = `node ${event.node} sent the path ${path.join(", ")} to node ${event.to}`
    if (!isWay) return { expected, happened: written, at: event.time }
    if (!path.includes(event.to)) continue
    return { expected: "a relay goes to the generals that are not on its path", happened: written, at: event.time }
  }
  return undefined
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "oral-messages",
  title: "The Byzantine generals: oral messages",
  summary: "Loyal lieutenants obey the same order although some generals are traitors: OM(m), n > 3m.",
  file: "generals.ts",
  service: agreement,
  compareWith: "oral-messages",
  parameters: { m, roundLength },
  ...(oralMessages.lies === undefined ? {} : { lies: oralMessages.lies }),
  stages: [
    {
      name: "orders",
      title: "OM(0): the commander speaks",
      tests: [
        {
          name: "all obey the order of a commander, in one instance after another",
          points: 12,
          scenario: vary => ({
            nodes: vary.integer(2, 7),
            latency: anyDelay,
            parameters: { m: "0" },
            workload: { instances: 8, commander: "random", values: vary.integer(2, 4) },
          }),
          expect: interactivelyConsistent,
        },
        {
          name: "who hears nothing from the commander retreats",
          points: 8,
          scenario: vary => ({
            nodes: vary.integer(3, 7),
            latency: anyDelay,
            parameters: { m: "0" },
            workload: { instances: 3 },
            faults: [traitor(0, "silent")],
            warmup: "1ms",
          }),
          expect: [available(1), retreats],
        },
      ],
    },
    {
      name: "relays",
      title: "everybody repeats to everybody",
      tests: [
        {
          name: "the commander sends n-1 messages, and every lieutenant repeats his to n-2 others",
          points: 12,
          scenario: vary => ({ nodes: vary.integer(4, 8), latency: anyDelay, parameters: { m: "1" } }),
          expect: [
            purposesAreKnown,
            messages([], ({ scenario }) => ({ exactly: messagesOf(scenario.nodes, 1) }), "n-1, and (n-1)(n-2) relays"),
          ],
        },
        {
          name: "a relay says whose words it repeats",
          points: 8,
          scenario: vary => ({ nodes: vary.integer(4, 8), latency: anyDelay, parameters: { m: "1" } }),
          expect: [pathsAreWays, available(1)],
        },
        {
          name: "OM(2) costs (n-1) + (n-1)(n-2) + (n-1)(n-2)(n-3) messages",
          points: 10,
          scenario: vary => ({ nodes: vary.integer(7, 9), latency: anyDelay, parameters: { m: "2" } }),
          expect: [
            messages(
              [],
              ({ scenario }) => ({ exactly: messagesOf(scenario.nodes, 2) }),
              "nobody repeats to a general what that one has said or repeated himself",
            ),
          ],
        },
      ],
    },
    {
      name: "traitors",
      title: "OM(m) with m traitors",
      tests: [
        {
          name: "a lieutenant who lies does not keep the others from obeying a loyal commander (IC2)",
          points: 10,
          seeds: 30,
          scenario: vary => {
            const nodes = vary.integer(4, 7)
            return {
              nodes,
              latency: anyDelay,
              duplication: 0.2,
              parameters: { m: "1" },
              workload: { instances: 1, proposal: vary.chance(0.7) ? "attack" : "random" },
              faults: [traitor(vary.integer(1, nodes - 1), anyBehaviour(vary))],
              warmup: "1ms",
            }
          },
          expect: interactivelyConsistent,
        },
        {
          name: "whatever a traitorous commander says to whom, all loyal lieutenants do the same (IC1)",
          points: 10,
          seeds: 40,
          scenario: vary => ({
            nodes: vary.integer(4, 7),
            latency: anyDelay,
            duplication: 0.2,
            parameters: { m: "1" },
            workload: { instances: 1, values: 2 },
            faults: [traitor(0, anyLies(vary))],
            warmup: "1ms",
          }),
          expect: interactivelyConsistent,
        },
        {
          name: "silence is RETREAT, whoever it is that some hear and others do not",
          points: 8,
          seeds: 30,
          scenario: vary => {
            const base = { latency: anyDelay, workload: { instances: 1, values: 2 }, warmup: "1ms" }
            if (vary.chance(0.3)) {
              const nodes = vary.chance(0.5) ? 5 : 7
              return { ...base, nodes, parameters: { m: "1" }, faults: [traitor(0, halfSilent(vary, nodes - 1))] }
            }
            const relay = vary.integer(1, 7)
            const faults = [traitor(0, halfSilent(vary, 7)), traitor(relay, halfSilent(vary, 6))]
            return { ...base, nodes: 8, parameters: { m: "2" }, faults }
          },
          expect: interactivelyConsistent,
        },
        {
          name: "two traitors among seven, eight or nine, and OM(2)",
          points: 12,
          seeds: 40,
          scenario: vary => {
            const nodes = vary.integer(7, 9)
            const [first = 0, second = 1] = vary.chance(0.5) ? [0, vary.integer(1, nodes - 1)] : vary.choose(2, nodes)
            return {
              nodes,
              latency: anyDelay,
              parameters: { m: "2" },
              workload: { instances: 1, values: 2 },
              faults: [traitor(first, anyLies(vary)), traitor(second, anyLies(vary))],
              warmup: "1ms",
            }
          },
          expect: interactivelyConsistent,
        },
      ],
    },
    {
      name: "time",
      title: "m + 1 rounds",
      tests: [
        {
          name: "all have decided after m + 1 rounds",
          points: 10,
          scenario: vary => ({
            nodes: vary.integer(7, 8),
            latency: anyDelay,
            parameters: { m: String(vary.integer(1, 2)) },
            workload: { instances: 2 },
          }),
          expect: [
            latencyAtMost(
              ({ scenario }) => (Number(scenario.parameters["m"]) + 1) * Number(scenario.parameters["roundLength"]),
              "m + 1 rounds",
            ),
          ],
        },
      ],
    },
  ],
}
