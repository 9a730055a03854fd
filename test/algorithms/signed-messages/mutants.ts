/** Mistakes planted on purpose in SM(m), one for each of its rules: each must be caught, and the true algorithm pass. */
import { signedMessages } from "../../../algorithms/signed-messages/signed-messages.ts"
import type { Order, SignedMessages, State } from "../../../algorithms/signed-messages/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { type Strategy, strategies, tellings } from "./traitors.ts"

export type Mutant = Algorithm<SignedMessages>
type Self = Parameters<Mutant["timeout"]["round"]>[0]

/** Acts when a round ends, before the algorithm does. */
function beforeRound(act: (state: State, node: Self) => void): Mutant {
  return {
    ...signedMessages,
    timeout: {
      round(node) {
        act(node.state, node)
        signedMessages.timeout.round(node)
      },
    },
  }
}

/** Hears an order otherwise; null: not at all. */
function hearing(change: (order: Order, node: Self) => Order | null): Mutant {
  return {
    ...signedMessages,
    receive: {
      Order(node, order, from) {
        const changed = change(order, node)
        if (changed !== null) signedMessages.receive.Order(node, changed, from)
      },
    },
  }
}

/** Takes an order for proper whatever is on it, and does what the algorithm does with it. */
function trusting(isNew: (state: State, order: Order) => boolean): Mutant {
  return {
    ...signedMessages,
    receive: {
      Order({ state }, order) {
        if (!isNew(state, order)) return
        state.values.push(order.value)
        if (order.signers.length <= state.m) state.fresh.push(order)
      },
    },
  }
}

/** Decides by another choice. */
function choosing(choice: (values: readonly number[]) => number): Mutant {
  return {
    ...signedMessages,
    timeout: {
      round(node) {
        const { state } = node
        if (state.round <= state.m) return signedMessages.timeout.round(node)
        node.report({ type: "decided", instance: state.instance, value: choice(state.values) })
        state.instance = 0
      },
    },
  }
}

/** A lieutenant who says that the commander ordered something else: he cannot sign that, and says it all the same. */
export const forging = (algorithm: Mutant): Mutant => ({
  ...algorithm,
  lies: { Order: (order, tell) => ({ ...order, value: tell(order.value, 2) }) },
})

export const THREE = strategies(3, 1, [0, 1, null])
/** The commander tells each of three something; the first of them passes orders on to whom he likes. */
const TWO: readonly Strategy[] = tellings(0, 4, [0, 1]).flatMap(commander =>
  tellings(1, 4, [1, null]).map(lieutenant => ({
    traitors: new Map([
      [0, commander],
      [1, lieutenant],
    ]),
    order: "attack" as const,
  })),
)
const LOYAL: readonly Strategy[] = [
  { traitors: new Map(), order: "attack" },
  { traitors: new Map(), order: "retreat" },
]
export const LIAR: readonly Strategy[] = [{ traitors: new Map([[1, "lying"]]), order: "attack" }]

export const mutants: readonly {
  name: string
  mutant: Mutant
  nodes: number
  m: number
  against: readonly Strategy[]
  check: "agreement" | "validity"
}[] = [
  {
    name: "stops a round early",
    mutant: {
      ...signedMessages,
      state: self => ({ ...signedMessages.state(self), m: signedMessages.state(self).m - 1 }),
    },
    nodes: 3,
    m: 1,
    against: THREE,
    check: "agreement",
  },
  {
    name: "passes no order on",
    mutant: beforeRound(state => {
      state.fresh = []
    }),
    nodes: 3,
    m: 1,
    against: THREE,
    check: "agreement",
  },
  {
    name: "passes on only the first order that it hears",
    mutant: beforeRound(state => {
      if (state.values.length > 1) state.fresh = []
    }),
    nodes: 4,
    m: 2,
    against: TWO,
    check: "agreement",
  },
  {
    name: "disregards a second order",
    mutant: hearing((order, { state }) => (state.values.length > 0 ? null : order)),
    nodes: 3,
    m: 1,
    against: THREE,
    check: "agreement",
  },
  {
    name: "obeys the first of two orders",
    mutant: choosing(([first = 0]) => first),
    nodes: 3,
    m: 1,
    against: THREE,
    check: "agreement",
  },
  {
    name: "retreats whatever the order",
    mutant: choosing(() => 0),
    nodes: 3,
    m: 1,
    against: LOYAL,
    check: "validity",
  },
  {
    name: "takes unsigned word for it",
    mutant: forging(trusting((state, { value }) => !state.values.includes(value))),
    nodes: 3,
    m: 1,
    against: LIAR,
    check: "validity",
  },
  {
    name: "hears relayed orders in the last round only",
    mutant: hearing((order, { state }) => (order.signers.length > 1 && state.round <= state.m ? null : order)),
    nodes: 4,
    m: 2,
    against: TWO,
    check: "agreement",
  },
  {
    name: "forgets its orders with each round",
    mutant: beforeRound(state => {
      if (state.round <= state.m) state.values = []
    }),
    nodes: 3,
    m: 1,
    against: THREE,
    check: "validity",
  },
]
