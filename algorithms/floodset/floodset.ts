/**
 * FloodSet: in every round each process sends all inputs that it knows to everybody. With at most f crashes one of f + 1
 * rounds has no crash; after that round all processes know the same inputs, and decide by the same rule.
 *
 * Source: N. Lynch, "Distributed Algorithms", Morgan Kaufmann 1996, §6.2.1 (FloodSet), §6.2.2 (OptFloodSet). W is kept by
 * proposer here, not as a bare set of values, so that rules that count votes can be applied to it, too.
 *
 * Early deciding (Dolev, Reischuk and Strong 1990, "Early stopping in Byzantine agreement", Journal of the ACM 37(4), for
 * crashes): a process that hears as many processes in a round as in the previous one has heard all live ones, so nobody
 * knows more than it does. It announces that in the next round, and decides at its end; processes that hear it do the same.
 */
import { algorithm, type ClientId, invariant } from "../../runtime/contract/algorithm.ts"
import { agreement } from "../../services/agreement/service.ts"
import type { Value } from "../../services/agreement/shape.ts"
import { beginRounds, endRounds, nextRound, standingInRounds } from "../common/rounds.ts"
import { decisionOf, distinct } from "./decision.ts"
import { type FloodSetParameters, parameters } from "./parameters.ts"
import { theory } from "./theory.ts"
import type { FloodSet, Inputs, Self, State } from "./types.ts"

export const floodSet = algorithm<FloodSet>({
  name: "floodset",
  title: "FloodSet",
  source: "Lynch 1996, Distributed Algorithms, §6.2",
  summary: "Everybody tells everybody all inputs he knows, for one round more than there may be crashes.",
  colour: "#44AA99",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  theory,
  assumes: { timing: "synchronous", links: "reliable" },
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: ({ size, parameters: { f } }) => ({
    instance: 0,
    round: 0,
    f: crashesToWithstand(f, size),
    client: null,
    inputs: [],
    heard: [],
    heardBefore: 0,
    decides: false,
    isCertain: false,
    hasToldTwo: false,
  }),
  start() {},

  request: {
    Propose: (node, { instance, value }, client) => begin(node, instance, value, client),
    Await: (node, { instance }) => begin(node, instance, null, null),
  },

  receive: {
    Flood(node, { instance, round, inputs, decides }, from) {
      const { state } = node
      if (instance !== state.instance || round !== state.round || state.heard.includes(from)) return
      state.heard.push(from)
      learn(node, inputs)
      if (decides) state.isCertain = true
    },
  },

  timeout: {
    round(node) {
      const { state } = node
      if (state.decides || state.round >= lastRound(node)) return decide(node)
      if (state.heard.length === state.heardBefore) state.isCertain = true
      state.heardBefore = state.heard.length
      state.decides = node.parameters.variant === "early" && state.isCertain
      nextRound(node)
      flood(node)
    },
  },

  standing: standingInRounds,

  bounds: ({ size, parameters: given }) => {
    const rounds = lastRound({ state: { f: crashesToWithstand(given.f, size) }, parameters: given })
    return { broadcasts: given.variant === "optimised" ? Math.min(2, rounds) : rounds }
  },
})

/** f for n processes, from the parameter. */
export function crashesToWithstand(f: FloodSetParameters["f"], n: number): number {
  switch (f) {
    case "minority":
      return Math.floor((n - 1) / 2)
    case "all-but-one":
      return n - 1
    default:
      return Number(f)
  }
}

/** @param input what is proposed here; null: nothing */
function begin(node: Self, instance: number, input: Value | null, client: ClientId | null): void {
  const { state, id, size } = node
  beginRounds(node, instance)
  state.client = client
  state.inputs = Array.from({ length: size }, (_, process) => (process === id ? input : null))
  state.heardBefore = size
  state.decides = false
  state.isCertain = false
  state.hasToldTwo = false
  if (lastRound(node) === 0) return decide(node)
  flood(node)
}

/** The part of a node that the number of rounds depends on. */
interface Planned {
  readonly state: Pick<State, "f">
  readonly parameters: Pick<FloodSetParameters, "rounds">
}

function lastRound({ state: { f }, parameters: { rounds } }: Planned): number {
  return rounds === "f+1" ? f + 1 : f
}

/** "Broadcast W", and begin to listen. */
function flood(node: Self): void {
  const { state } = node
  const { instance, round, inputs, decides } = state
  state.heard = [node.id]
  if (node.parameters.variant === "optimised" && !hasNews(node)) return
  state.hasToldTwo = distinct(inputs).length > 1
  node.broadcast({ type: "Flood", instance, round, inputs: [...inputs], decides })
}

/** OptFloodSet: "broadcast in round 1, and in the first round after that in which it learns of another value" (§6.2.2). */
function hasNews({ state: { round, inputs, hasToldTwo } }: Self): boolean {
  return round === 1 || (!hasToldTwo && distinct(inputs).length > 1)
}

/** "W := W united with all X_j that arrive." */
function learn({ state }: Self, inputs: Inputs): void {
  for (const [process, input] of inputs.entries()) {
    const known = state.inputs[process] ?? null
    invariant(known === null || input === null || known === input, `process ${process} has one input`)
    state.inputs[process] = known ?? input
  }
}

function decide(node: Self): void {
  const { instance, inputs, client } = node.state
  const value = decisionOf(inputs, node.parameters)
  endRounds(node)
  if (value === null) return
  node.report({ type: "decided", instance, value })
  if (client !== null) node.reply(client, { type: "Decision", instance, value })
}
