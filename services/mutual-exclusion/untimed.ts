/**
 * The service without time: clients that live on the first nodes ask for the critical section, stay in it for as long as they
 * like, and leave it.
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
import { mutualExclusion } from "./checks/mutual-exclusion.ts"
import { timestampOrder } from "./checks/timestamp-order.ts"
import type { SectionContext, SectionEvent } from "./events.ts"
import type { Acquire, Entered, Left, Release } from "./shape.ts"

const ACQUIRE: Acquire = { type: "Acquire" }
const RELEASE: Release = { type: "Release" }

/** A client reports that an operation is over. */
const SERVED = "served"

/** Fairness and sessions are judged by time and by counts far beyond a checker's bounds. */
const CONTEXT: SectionContext = {
  starvation: Infinity,
  isUnfair: null,
  isRunning: null,
  sessions: { timeout: 0, deadline: 0, areLinksLossy: true },
}

interface Client {
  readonly phase: "idle" | "asked" | "inside"
  /** Operations to come. */
  readonly left: number
}

interface State {
  readonly section: ReturnType<typeof mutualExclusion.initial>
  readonly order: ReturnType<typeof timestampOrder.initial>
  /** Operations that are over. */
  readonly served: number
}

export function untimedExclusion({ size, operations }: UntimedGroup): Untimed {
  const count = Math.min(size, operations)
  const clients = Array.from({ length: count }, (_, node) => {
    return clientOf(node, Math.floor(operations / count) + (node < operations % count ? 1 : 0))
  })
  return { clients, watch: watchOver(operations) }
}

function clientOf(node: NodeId, operations: number): UntimedClient<Client> {
  const ended = ({ left }: Client): ClientStep<Client> => ({
    state: { phase: "idle", left },
    facts: [{ type: SERVED }],
  })
  return {
    id: node,
    home: node,
    initial: { phase: "idle", left: operations },
    moves({ phase, left }) {
      if (phase === "inside") return [{ name: "release" }]
      return phase === "idle" && left > 0 ? [{ name: "acquire" }] : []
    },
    move(state) {
      if (state.phase === "inside") return { ...ended(state), requests: [{ to: node, request: RELEASE }] }
      return { state: { phase: "asked", left: state.left - 1 }, requests: [{ to: node, request: ACQUIRE }] }
    },
    reply(state, _, reply) {
      if ("type" in reply && reply.type === "Revoked") return state.phase === "inside" ? ended(state) : { state }
      return { state: { ...state, phase: "inside" } }
    },
    crashed: state => (state.phase === "idle" ? { state } : ended(state)),
    // Operations that were never begun need not be waited for.
    stopped: ({ left }) => ({
      state: { phase: "idle", left: 0 },
      facts: Array.from({ length: left }, () => ({ type: SERVED })),
    }),
  }
}

function watchOver(operations: number): UntimedWatch<State> {
  const verdictsOf = ({ section, order }: State) => ({
    [mutualExclusion.name]: mutualExclusion.verdict(section, CONTEXT),
    [timestampOrder.name]: timestampOrder.verdict(order, CONTEXT),
  })
  const isDone = ({ served }: State): boolean => served === operations
  return {
    initial: { section: mutualExclusion.initial(CONTEXT), order: timestampOrder.initial(CONTEXT), served: 0 },
    observe(state, { node, fact }) {
      if (fact.type === SERVED) return { ...state, served: state.served + 1 }
      const event = eventOf(node, fact)
      if (event === undefined) return state
      mutualExclusion.observe(state.section, event, CONTEXT)
      timestampOrder.observe(state.order, event, CONTEXT)
      return state
    },
    problem: state => problemOf(verdictsOf(state)),
    ended: ({ served }) => served,
    verdicts: verdictsOf,
    goals: {
      "a node enters the critical section": ({ section }) => section.inside.length > 0,
      "every operation ends": isDone,
    },
    isDone,
  }
}

function eventOf(who: NodeId, fact: { readonly type: string }): SectionEvent | undefined {
  if (fact.type === CRASHED) return { type: "vanished", who, at: 0 }
  return isSectionFact(fact) ? { ...fact, who, at: 0 } : undefined
}

function isSectionFact(fact: { readonly type: string }): fact is Entered | Left {
  return fact.type === "entered" || fact.type === "left"
}
