/** The service without time: clients that live on the first nodes ask for an election once, at any moment or never. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Belief } from "../../runtime/contract/service.ts"
import {
  CRASHED,
  problemOf,
  STOPPED,
  type Untimed,
  type UntimedClient,
  type UntimedGroup,
  type UntimedWatch,
} from "../../runtime/contract/untimed.ts"
import { leaderClaimed } from "./checks/leader-claimed.ts"
import { oneLeaderPerEpoch } from "./checks/one-leader-per-epoch.ts"
import { eachEpoch } from "./epochs.ts"
import type { ElectionContext } from "./events.ts"
import { isBelief } from "./leader-watch.ts"
import type { Campaign, Elect } from "./shape.ts"

const ELECT: Elect = { type: "Elect" }
const CAMPAIGN: Campaign = { type: "Campaign" }

interface State {
  readonly beliefs: ReadonlyMap<NodeId, Pick<Belief, "leader" | "epoch">>
  readonly epochs: ReturnType<typeof oneLeaderPerEpoch.initial>
  readonly claimed: ReturnType<typeof leaderClaimed.initial>
  /** Nodes that never come back. */
  readonly stopped: ReadonlySet<NodeId>
}

export function untimedElection(group: UntimedGroup): Untimed {
  const count = Math.min(group.operations, group.size)
  return { clients: Array.from({ length: count }, (_, node) => clientOf(node)), watch: watchOver(group) }
}

/** The same where every node contends from its boot on. */
export function untimedCampaign(group: UntimedGroup): Untimed {
  const clients = Array.from({ length: group.size }, (_, node) => campaignerOf(node, node >= group.operations))
  return { clients, watch: watchOver(group) }
}

/** Its state: whether it has asked. */
function clientOf(node: NodeId): UntimedClient<boolean> {
  return {
    id: node,
    home: node,
    initial: false,
    moves: hasAsked => (hasAsked ? [] : [{ name: "elect" }]),
    move: () => ({ state: true, requests: [{ to: node, request: ELECT }] }),
    reply: state => ({ state }),
    crashed: state => ({ state }),
    interchangeable: {},
  }
}

/** Has its node contend whenever the node boots. @param isContent true if it never asks for an election */
function campaignerOf(node: NodeId, isContent: boolean): UntimedClient<boolean> {
  const contend = (state: boolean) => ({ state, requests: [{ to: node, request: CAMPAIGN }] })
  return { ...clientOf(node), initial: isContent, started: contend, crashed: contend }
}

function watchOver({ size, operations, oneLeaderPerEpoch: isOnce }: UntimedGroup): UntimedWatch<State> {
  const nodes = Array.from({ length: size }, (_, node) => node)
  const contextOf = ({ beliefs }: Pick<State, "beliefs">): ElectionContext => ({
    isLoyal: () => true,
    oneLeaderPerEpoch: isOnce,
    leadsIn: node => (beliefs.get(node)?.leader === node ? beliefs.get(node)?.epoch : undefined),
  })
  const context = contextOf({ beliefs: new Map() })
  const verdictsOf = ({ epochs, claimed }: State) => ({
    [oneLeaderPerEpoch.name]: oneLeaderPerEpoch.verdict(epochs, context),
    [leaderClaimed.name]: leaderClaimed.verdict(claimed, context),
  })
  const isDone = ({ beliefs, stopped }: State): boolean => {
    const living = nodes.filter(node => !stopped.has(node)).map(node => beliefs.get(node))
    const { leader = null, epoch } = living[0] ?? {}
    if (leader === null || stopped.has(leader)) return living.length === 0
    return living.every(belief => belief?.leader === leader && belief.epoch === epoch)
  }
  return {
    initial: {
      beliefs: new Map(),
      epochs: oneLeaderPerEpoch.initial(context),
      claimed: leaderClaimed.initial(context),
      stopped: new Set(),
    },
    observe(state, { node, fact }) {
      if (fact.type === CRASHED) return { ...state, beliefs: without(state.beliefs, node) }
      if (fact.type === STOPPED) return { ...state, stopped: new Set([...state.stopped, node]) }
      if (!isBelief(fact)) return state
      const { leader, epoch } = fact
      const event = { node, leader, epoch, at: 0 }
      oneLeaderPerEpoch.observe(state.epochs, event, contextOf(state))
      leaderClaimed.observe(state.claimed, event, contextOf(state))
      return { ...state, beliefs: new Map([...state.beliefs, [node, { leader, epoch }]]) }
    },
    problem: state => problemOf(verdictsOf(state)),
    ended: state => (isDone(state) ? operations : 0),
    verdicts: verdictsOf,
    // Only messages depend on who led first in an epoch that several led.
    essence: ({ beliefs, epochs, claimed, stopped }) => ({
      beliefs,
      stopped,
      violations: [epochs.violation, claimed.violation],
      claims: new Map(eachEpoch(claimed.claims).map(([epoch, leaders]) => [epoch, new Set(leaders)])),
    }),
    interchangeable: { ids: ["leader", "leaders", "stopped"], byId: ["beliefs"] },
    goals: {
      "a node leads": ({ beliefs }) => nodes.some(node => beliefs.get(node)?.leader === node),
      "all nodes follow one leader": isDone,
    },
    isDone,
  }
}

function without<Value>(map: ReadonlyMap<NodeId, Value>, node: NodeId): ReadonlyMap<NodeId, Value> {
  return new Map([...map].filter(([key]) => key !== node))
}
