/**
 * The service without time: one instance of agreement. The first nodes propose 1 and 0 alternately; the others wait for
 * the outcome. Clients live on the nodes.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import {
  type ClientStep,
  CRASHED,
  problemOf,
  type Untimed,
  type UntimedClient,
  type UntimedGroup,
  type UntimedWatch,
} from "../../runtime/contract/untimed.ts"
import type { Loyalty } from "./events.ts"
import { Instances } from "./instances.ts"
import type { Agreement, Decided, Value } from "./shape.ts"

const INSTANCE = 1

/** True once it has asked its node. */
type Client = boolean

/** An instance as its checks need it. */
interface Asked {
  readonly nodes: readonly NodeId[]
  readonly proposals: ReadonlyMap<NodeId, Value>
  readonly oracle: Loyalty
}

/** The values that each node has decided, in its order, and the nodes that have crashed. */
interface State {
  readonly decided: ReadonlyMap<NodeId, readonly Value[]>
  readonly crashed: ReadonlySet<NodeId>
}

export function untimedAgreement({ size, operations, inRounds, traitors }: UntimedGroup): Untimed {
  const nodes = Array.from({ length: size }, (_, node) => node)
  const proposals = new Map(nodes.slice(0, operations).map(node => [node, (node + 1) % 2]))
  return {
    clients: nodes.map(node => clientOf(node, proposals.get(node), inRounds)),
    watch: watchOver(nodes, proposals, { isLoyal: node => !traitors.includes(node) }),
  }
}

/** @param value the value that it proposes; undefined: none */
function clientOf(node: NodeId, value: Value | undefined, inRounds: boolean): UntimedClient<Client> {
  const ask = (): ClientStep<Client> => {
    const request: Agreement["request"] =
      value === undefined
        ? { type: "Await", instance: INSTANCE, commander: 0 }
        : { type: "Propose", instance: INSTANCE, value }
    return { state: true, requests: [{ to: node, request }] }
  }
  const unchanged = (state: Client): ClientStep<Client> => ({ state })
  return {
    id: node,
    home: node,
    initial: false,
    // An instance begins at all nodes at one moment; without rounds, a proposer may be late.
    ...(inRounds || value === undefined ? { started: ask } : {}),
    moves: hasAsked => (hasAsked ? [] : [{ name: `propose ${value}` }]),
    move: ask,
    reply: unchanged,
    crashed: unchanged,
  }
}

function watchOver(
  nodes: readonly NodeId[],
  proposals: ReadonlyMap<NodeId, Value>,
  oracle: Loyalty,
): UntimedWatch<State> {
  const loyal = nodes.filter(node => oracle.isLoyal(node))
  // If all proposers have crashed, their proposals may be lost with them: nobody has to decide unless some node has.
  const isOrphaned = ({ decided, crashed }: State): boolean =>
    decided.size === 0 && [...proposals.keys()].every(node => crashed.has(node))
  const isDone = (state: State): boolean =>
    isOrphaned(state) || loyal.every(node => state.decided.has(node) || state.crashed.has(node))
  const verdicts = (state: State) => verdictsOf(state, { nodes, proposals, oracle })
  return {
    initial: { decided: new Map(), crashed: new Set() },
    observe(state, { node, fact }) {
      if (fact.type === CRASHED) return { ...state, crashed: new Set([...state.crashed, node]) }
      if (!isDecided(fact) || !oracle.isLoyal(node)) return state
      const before = state.decided.get(node) ?? []
      if (before.at(-1) === fact.value) return state
      return { ...state, decided: new Map([...state.decided, [node, [...before, fact.value]]]) }
    },
    problem: state => problemOf(verdicts(state)),
    ended: state => (isDone(state) ? proposals.size : 0),
    verdicts,
    goals: {
      "a node decides": ({ decided }) => decided.size > 0,
      "every node decides": ({ decided }) => decided.size === loyal.length,
    },
    isDone,
  }
}

/** Judges decisions by the service's own checks. The verdicts do not depend on the order in which nodes decided. */
function verdictsOf({ decided }: State, { nodes, proposals, oracle }: Asked) {
  const instances = new Instances(oracle)
  instances.begin(INSTANCE, 0, proposals, new Set(nodes))
  for (const [node, values] of decided) for (const value of values) instances.decided(node, INSTANCE, value, 0)
  return instances.verdicts()
}

function isDecided(fact: { readonly type: string }): fact is Decided {
  return fact.type === "decided"
}
