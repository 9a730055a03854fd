/**
 * The signed message algorithm SM(m): a commander sends a signed order to his lieutenants; every lieutenant signs each new
 * order and forwards it to those who have not signed it. Nobody can alter an order or claim to have heard another one, so
 * with up to m traitors all loyal lieutenants end up with the same set of orders.
 *
 * Source: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", ACM Transactions on Programming Languages
 * and Systems 4(3), 1982, section 4. An order with k signatures travels in round k.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { agreement } from "../../services/agreement/service.ts"
import type { Value } from "../../services/agreement/shape.ts"
import { beginRounds, endRounds, nextRound, standingInRounds } from "../common/rounds.ts"
import { parameters, type SignedMessagesParameters } from "./parameters.ts"
import { theory } from "./theory.ts"
import type { Order, Self, Signed, SignedMessages } from "./types.ts"

const RETREAT: Value = 0

export const signedMessages = algorithm<SignedMessages>({
  name: "signed-messages",
  title: "Signed messages SM(m)",
  source: "Lamport, Shostak and Pease 1982, ACM Transactions on Programming Languages and Systems 4(3)",
  summary: "Everybody signs the orders that he hears and passes them on; a commander who gave two is found out.",
  tolerates: { faults: "byzantine", of: n => Math.max(0, n - 2) },
  assumes: { timing: "synchronous", links: "reliable", authentication: "signatures" },
  colour: "#CC6677",
  theory,
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: ({ size, parameters: { m } }) => ({
    instance: 0,
    round: 0,
    m: traitorsToWithstand(m, size),
    commander: 0,
    values: [],
    fresh: [],
  }),
  start() {},

  request: {
    /** Step 1: "The commander signs and sends his value to every lieutenant." He obeys his own order. */
    Propose(node, { instance, value }, client) {
      endRounds(node)
      node.broadcast(signedBy(node, { instance, value, signers: [], signatures: [] }))
      node.report({ type: "decided", instance, value })
      node.reply(client, { type: "Decision", instance, value })
    },

    Await(node, { instance, commander }) {
      const { state } = node
      state.commander = commander
      state.values = []
      state.fresh = []
      beginRounds(node, instance)
    },
  },

  receive: {
    /** Step 2: an order that is not in V_i yet is put there, and forwarded with one signature more while k < m. */
    Order(node, order, from) {
      const { state } = node
      if (order.instance !== state.instance || !isProper(node, order, from)) return
      if (state.values.includes(order.value)) return
      state.values.push(order.value)
      if (order.signers.length <= state.m) state.fresh.push(order)
    },
  },

  timeout: {
    round(node) {
      const { state } = node
      if (state.round > state.m) return obey(node)
      for (const order of state.fresh) relay(node, order)
      state.fresh = []
      nextRound(node)
    },
  },

  standing: standingInRounds,

  lies: {
    /** Only the commander can sign an order other than his own; a relay can only withhold. */
    Order(order, tell, traitor) {
      if (order.signers.length > 1 || traitor === undefined) return order
      const value = tell(order.value, Math.max(2, order.value + 1))
      const signed: Signed = { ...order, value, signatures: [] }
      return { ...order, value, signatures: [traitor.sign(contentOf(signed, 0))] }
    },
  },

  /**
   * A lieutenant relays each value once, to the n - 2 that have not signed the commander's order; an order with another
   * value, which came through a third general, to n - 3 at most, and only if m allows two relays.
   */
  bounds: ({ size, parameters: { m }, values }) => {
    const most = traitorsToWithstand(m, size)
    const other = most === 0 ? 0 : Math.max(0, size - 2) + (most === 1 ? 0 : (values - 1) * Math.max(0, size - 3))
    return { lies: { proposer: size - 1, other } }
  },
})

/** m for n generals, from the parameter. */
function traitorsToWithstand(m: SignedMessagesParameters["m"], n: number): number {
  return m === "largest" ? Math.max(0, n - 2) : Number(m)
}

/** Sends an order to all lieutenants who have not signed it: "to every lieutenant other than j1, ..., jk". */
function relay(node: Self, order: Order): void {
  const signed = signedBy(node, order)
  for (const peer of node.peers) if (!signed.signers.includes(peer)) node.send(peer, signed)
}

/** An order with this general's signature on it. */
function signedBy(node: Self, { instance, value, signers, signatures }: Signed): Order {
  const order = { instance, value, signers: [...signers, node.id], signatures }
  return { type: "Order", ...order, signatures: [...signatures, node.sign(contentOf(order, signers.length))] }
}

/** The content that signer number `place` signs: value and signers up to himself, and the signatures before his. */
function contentOf({ instance, value, signers, signatures }: Signed, place: number): Signed {
  return { instance, value, signers: signers.slice(0, place + 1), signatures: signatures.slice(0, place) }
}

/**
 * True if an order is valid: signed by the commander first and its sender last, by nobody twice, not by this general,
 * received in the round that matches its number of signatures, and with all signatures correct.
 */
function isProper(node: Self, order: Order, from: NodeId): boolean {
  const { signers, signatures } = order
  const { round, commander } = node.state
  if (signers.length !== round || signatures.length !== round) return false
  if (signers[0] !== commander || signers.at(-1) !== from || signers.includes(node.id)) return false
  if (new Set(signers).size < signers.length) return false
  return signers.every((signer, place) => node.verify(signatures[place]!, signer, contentOf(order, place)))
}

/** Step 3: "obeys the order choice(V_i)": the only value there is, and RETREAT if there is none or more than one. */
function obey(node: Self): void {
  const { instance, values } = node.state
  invariant(new Set(values).size === values.length, "V_i is a set")
  const [only] = values
  const value = values.length === 1 && only !== undefined ? only : RETREAT
  endRounds(node)
  node.report({ type: "decided", instance, value })
}
