/** Stages and tests of the lab on FloodSet. */
import { parameters as allParameters } from "../../algorithms/floodset/parameters.ts"
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { formatDuration, MILLISECOND, type Micros } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { agreement } from "../../services/agreement/service.ts"
import { available, figure, isSafe, messages, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab, LabRun } from "../engine/lab.ts"

const { f, roundLength } = allParameters

/** Delays up to 10 ms: a round is 1 ms longer. */
const anyDelay = { model: "uniform", min: 100, max: 10 * MILLISECOND } as const

/** Everybody proposes, and may propose something else. */
function allPropose(nodes: number, crashes: number) {
  return {
    nodes,
    latency: anyDelay,
    parameters: { f: String(crashes) },
    workload: { proposers: nodes, values: 5 } satisfies Record<string, unknown>,
  } satisfies ScenarioOptions
}

/** A crash in the middle of a broadcast: `broadcast` says which, from 1; `reaches` whom its messages reach, by default anybody. */
function breaksOff(node: NodeId, broadcast: number, reaches?: readonly NodeId[]): Fault {
  const base = { kind: "brokenBroadcast", target: { nodes: [node] }, broadcast, at: 0 } as const
  return reaches === undefined ? base : { ...base, reaches }
}

/**
 * The worst that f crashes can do (Lynch §6.2): the least value is known to one node, which tells one other, and dies;
 * that one tells one other in the next round, and dies; and so forth.
 *
 * @param crashes the number of them
 */
function chain(vary: Random, crashes: number, fewest = crashes + 2): ScenarioOptions {
  const nodes = vary.integer(fewest, Math.max(fewest, 7))
  const order = vary.choose(crashes + 1, nodes)
  const values = Array.from({ length: nodes }, (_unused, node) => (node === order[0] ? 0 : vary.integer(1, 4)))
  const { workload, ...options } = allPropose(nodes, crashes)
  return {
    ...options,
    workload: { ...workload, proposal: values.join("_") },
    faults: Array.from({ length: crashes }, (_unused, i) => breaksOff(order[i]!, i + 1, [order[i + 1]!])),
  }
}

/** Any f nodes die in any of their broadcasts, and reach anybody; one after the other, or at once. */
function anyCrashes(vary: Random): ScenarioOptions {
  const crashes = vary.integer(1, 4)
  const nodes = vary.integer(crashes + 1, 7)
  const faults = vary.choose(crashes, nodes).map(node => breaksOff(node, vary.integer(1, crashes + 1)))
  return { ...allPropose(nodes, crashes), faults }
}

interface Proposal extends Tagged {
  readonly instance: number
  readonly value: number
}

function isProposal(request: Tagged): request is Proposal {
  return request.type === "Propose"
}

/** All decide the least of all values that were proposed in their instance: nobody has died. */
const decideTheLeast: Expectation = ({ events }) => {
  const least = new Map<number, number>()
  for (const event of events) {
    if (event.type !== "request" || !isProposal(event.request)) continue
    const { instance, value } = event.request
    least.set(instance, Math.min(least.get(instance) ?? Infinity, value))
  }
  for (const event of events) {
    if (event.type !== "fact" || event.fact.type !== "decided" || !("value" in event.fact)) continue
    const { node, time, fact } = event
    const expected = least.get(Number(Reflect.get(fact, "instance")))
    if (fact.value === expected) continue
    return {
      expected: `all decide ${expected}, the least value proposed`,
      happened: `node ${node} decided ${String(fact.value)}`,
      at: time,
    }
  }
  return undefined
}

/** The crashes that a test plans for the broadcasts of a round come about: whoever lives floods in every round, by a broadcast. */
const allBreakOff: Expectation = ({ scenario, live }) => {
  for (const fault of scenario.faults) {
    if (fault.kind !== "brokenBroadcast" || !("target" in fault) || !("nodes" in fault.target)) continue
    const [node = 0] = fault.target.nodes
    if (!live.includes(node)) continue
    const expected = `node ${node} tells all others what it knows in round ${fault.broadcast ?? 1}, by node.broadcast (where it is to die)`
    return { expected, happened: "it did not" }
  }
  return undefined
}

const agreed: readonly Expectation[] = [isSafe(), available(1)]

/** The parameter f of a run. */
function fOf({ scenario }: LabRun): number {
  return Number(scenario.parameters["f"])
}

/** The nodes that are down at the end: f'. */
function dead({ scenario, live }: LabRun): number {
  return scenario.nodes - live.length
}

/** Every live node has decided in each instance within some rounds: whatever it is that it decides. */
function decidedIn(count: (run: LabRun) => number, because: string): Expectation {
  return run => {
    const begun = new Map<number, Micros>()
    const last = new Map<NodeId, number>()
    const limit = count(run) * Number(run.scenario.parameters["roundLength"])
    const expected = `all decide within ${formatDuration(limit)}: ${because}`
    for (const { type, time, ...event } of run.events) {
      if (type === "request" && "request" in event) {
        const instance = Number(Reflect.get(event.request, "instance"))
        if (!begun.has(instance)) begun.set(instance, time)
      }
      if (type !== "fact" || !("fact" in event) || event.fact.type !== "decided") continue
      const instance = Number(Reflect.get(event.fact, "instance"))
      last.set(event.node, instance)
      const took = time - (begun.get(instance) ?? -Infinity)
      if (took <= limit) continue
      return { expected, happened: `node ${event.node} decided after ${formatDuration(took)}`, at: time }
    }
    const stray = run.live.find(node => last.get(node) !== begun.size)
    return stray === undefined ? undefined : { expected, happened: `node ${stray} has not decided` }
  }
}

/** Every live node decides: so that there is something to count. */
const allDecide: Expectation = ({ events, live }) => {
  const stray = live.find(node => !events.some(event => event.type === "fact" && event.node === node))
  return stray === undefined ? undefined : { expected: "every live node decides", happened: `node ${stray} does not` }
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "floodset",
  title: "FloodSet: agreement in rounds",
  summary:
    "Everybody tells everybody all he knows, for one round more than there are crashes, or until nobody knows more.",
  file: "floodset.ts",
  service: agreement,
  compareWith: "floodset",
  parameters: { f, roundLength },
  stages: [
    {
      name: "rounds",
      title: "all hear all",
      tests: [
        {
          name: "all decide the least value that was proposed",
          points: 8,
          scenario: vary => allPropose(vary.integer(2, 7), vary.integer(0, 1)),
          expect: [available(1), decideTheLeast],
        },
        {
          name: "so do those who propose nothing themselves",
          points: 6,
          scenario: vary => {
            const { workload, ...options } = allPropose(vary.integer(3, 7), 1)
            return { ...options, workload: { ...workload, proposers: vary.integer(1, 2), commander: "random" } }
          },
          expect: [available(1), decideTheLeast],
        },
        {
          name: "in one instance after another",
          points: 6,
          scenario: vary => {
            const { workload, ...options } = allPropose(vary.integer(2, 6), vary.integer(0, 2))
            return { ...options, workload: { ...workload, instances: 8 } }
          },
          expect: [figure("decided", { atLeast: 8 }), decideTheLeast],
        },
      ],
    },
    {
      name: "flooding",
      title: "what one knows, all know",
      tests: [
        {
          name: "a value that only one node has heard is decided by all, or by none",
          points: 9,
          seeds: 8,
          scenario: vary => chain(vary, 1),
          expect: [allBreakOff, ...agreed],
        },
        {
          name: "so is one that f crashes have kept from all but one, round after round",
          points: 16,
          seeds: 8,
          scenario: vary => chain(vary, vary.integer(2, 4)),
          expect: [allBreakOff, ...agreed],
        },
      ],
    },
    {
      name: "crashes",
      title: "whoever dies when",
      tests: [
        {
          name: "whatever f nodes tell to whom before they die, the others agree",
          points: 13,
          seeds: 20,
          scenario: anyCrashes,
          expect: agreed,
        },
        {
          name: "with those who have been dead from the beginning as well",
          points: 6,
          scenario: vary => {
            const nodes = vary.integer(4, 7)
            const [first = 0, second = 0] = vary.choose(2, nodes)
            const { workload, ...options } = allPropose(nodes, 2)
            return {
              ...options,
              workload: { ...workload, proposers: nodes - 2 },
              faults: [{ kind: "crash", target: { nodes: [first] }, at: 0 }, breaksOff(second, vary.integer(1, 2))],
              warmup: "1ms",
            }
          },
          expect: agreed,
        },
        {
          name: "a node that returns takes part again, from the next instance on",
          points: 6,
          scenario: vary => {
            const { workload, nodes, ...options } = allPropose(vary.integer(3, 6), 1)
            const fault: Fault = {
              kind: "crash",
              target: { nodes: [vary.integer(0, nodes - 1)] },
              at: vary.integer(2, 15) * MILLISECOND,
              for: 60 * MILLISECOND,
            }
            return {
              ...options,
              nodes,
              workload: { ...workload, proposers: 1, commander: "random", instances: 6, gap: "40ms" },
              faults: [fault],
              duration: "2s",
            }
          },
          expect: [isSafe(), figure("decided", { atLeast: 5 })],
        },
      ],
    },
    {
      name: "early",
      title: "no later than when nobody knows more",
      tests: [
        {
          name: "while nobody dies, two rounds are enough",
          points: 7,
          scenario: vary => {
            const nodes = vary.integer(3, 7)
            const { workload, ...options } = allPropose(nodes, vary.integer(2, 5))
            return { ...options, workload: { ...workload, proposers: vary.integer(1, nodes) } }
          },
          expect: [decidedIn(() => 2, "two rounds")],
        },
        {
          name: "of f crashes those count that happen: min(f' + 2, f + 1) rounds",
          points: 8,
          seeds: 20,
          scenario: vary => {
            const nodes = vary.integer(4, 7)
            const crashes = vary.integer(2, nodes - 2)
            const dying = vary.choose(vary.integer(1, crashes - 1), nodes)
            return { ...allPropose(nodes, crashes), faults: dying.map((node, i) => breaksOff(node, i + 1)) }
          },
          expect: [decidedIn(run => Math.min(dead(run) + 2, fOf(run) + 1), "min(f' + 2, f + 1) rounds")],
        },
      ],
    },
    {
      name: "cost",
      title: "what it costs at most",
      tests: [
        {
          name: "a round is n(n-1) messages, and there are f + 1 at most",
          points: 7,
          scenario: vary => allPropose(vary.integer(2, 7), vary.integer(0, 3)),
          expect: [
            allDecide,
            purposesAreKnown,
            messages(
              [],
              run => {
                const { nodes } = run.scenario
                return { atMost: (fOf(run) + 1) * nodes * (nodes - 1) }
              },
              "all tell all others what they know, f + 1 times",
            ),
          ],
        },
        {
          name: "all have decided after f + 1 rounds, whoever dies",
          points: 8,
          seeds: 8,
          scenario: vary => chain(vary, vary.integer(1, 4)),
          expect: [decidedIn(run => fOf(run) + 1, "f + 1 rounds")],
        },
      ],
    },
  ],
}
