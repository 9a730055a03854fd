/**
 * The oral message algorithm OM(m): a commander sends an order to his lieutenants, and all loyal ones obey the same
 * order (IC1), his if he is loyal (IC2), although up to m of the n > 3m generals are traitors.
 *
 * Source: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", ACM Transactions on Programming Languages
 * and Systems 4(3), 1982, section 3. The rounds are the recursion's levels: in round 1 the commander speaks, in round
 * r + 1 every lieutenant repeats all he heard in round r, and after round m + 1 he decides ({@link om}).
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { agreement } from "../../services/agreement/service.ts"
import type { Value } from "../../services/agreement/shape.ts"
import { beginRounds, endRounds, nextRound, standingInRounds } from "../common/rounds.ts"
import { RETREAT, rules } from "./majority.ts"
import { type OralMessagesParameters, parameters } from "./parameters.ts"
import { messagesOf, theory } from "./theory.ts"
import type { OralMessages, Self, Told } from "./types.ts"

export const oralMessages = algorithm<OralMessages>({
  name: "oral-messages",
  title: "Oral messages OM(m)",
  source: "Lamport, Shostak and Pease 1982, ACM Transactions on Programming Languages and Systems 4(3)",
  summary: "Everybody repeats to everybody what he heard, m times over, and believes the majority at every level.",
  tolerates: { faults: "byzantine", of: n => Math.floor((n - 1) / 3) },
  assumes: { timing: "synchronous", links: "reliable" },
  colour: "#882255",
  theory,
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: ({ size, parameters: { m } }) => ({
    m: traitorsToWithstand(m, size),
    instance: 0,
    commander: 0,
    round: 0,
    told: nothingTold(),
  }),
  start() {},

  request: {
    /** OM(m) step 1: "The commander sends his value to every lieutenant." He obeys his own order. */
    Propose(node, { instance, value }, client) {
      endRounds(node)
      node.broadcast({ type: "Oral", instance, path: [node.id], value })
      node.report({ type: "decided", instance, value })
      node.reply(client, { type: "Decision", instance, value })
    },

    Await(node, { instance, commander }) {
      const { state } = node
      state.commander = commander
      state.told = nothingTold()
      beginRounds(node, instance)
    },
  },

  receive: {
    Oral(node, { instance, path, value }, from) {
      const { state } = node
      if (instance !== state.instance || path.length !== state.round || !isPlausible(node, path, from)) return
      const told = placeFor(node, path)
      told.value ??= value
    },
  },

  timeout: {
    round(node) {
      const { state } = node
      invariant(state.instance !== 0, "rounds are for lieutenants that have yet to decide (§3)")
      invariant(state.round >= 1 && state.round <= state.m + 1, "OM(m) takes m + 1 rounds (§3)")
      if (state.round <= state.m) {
        relay(node, state.told, [state.commander])
        return nextRound(node)
      }
      const value = om(node, state.m, state.told, state.commander, node.peers)
      node.report({ type: "decided", instance: state.instance, value })
      endRounds(node)
      state.round = 0
      state.told = nothingTold()
    },
  },

  standing: standingInRounds,

  lies: {
    Oral: (message, tell) => ({ ...message, value: tell(message.value, Math.max(2, message.value + 1)) }),
  },

  /** A commander sends in round 1 only; a lieutenant repeats all he hears in a round, to n - 2, then to n - 3, ... */
  bounds: ({ size, parameters: { m } }) => ({
    lies: { proposer: size - 1, other: messagesOf(size - 1, traitorsToWithstand(m, size) - 1) },
  }),
})

/** m for n generals, from the parameter. */
function traitorsToWithstand(m: OralMessagesParameters["m"], n: number): number {
  return m === "largest" ? Math.floor((n - 1) / 3) : Number(m)
}

/**
 * Step 2: "Lieutenant i acts as the commander in Algorithm OM(m-1) to send the value v_i to each of the n-2 other
 * lieutenants", for every value that this round brought, v_i being RETREAT where it brought none.
 *
 * @param told the values that came along `path`
 */
function relay(node: Self, told: Told | null, path: readonly NodeId[]): void {
  const others = lieutenantsBesides(node, path)
  if (path.length < node.state.round) {
    for (const j of others) relay(node, relayedBy(told, j), [...path, j])
    return
  }
  const { instance } = node.state
  invariant(!path.includes(node.id), "nobody relays what he has relayed before (§3)")
  const message = { type: "Oral", instance, path: [...path, node.id], value: told?.value ?? RETREAT } as const
  for (const j of others) node.send(j, message)
}

/**
 * The value that this lieutenant uses in OM(m), step 3: "For each i, and each j other than i, let v_j be the value
 * Lieutenant i received from Lieutenant j in step (2) (using Algorithm OM(m-1)), or else RETREAT if he received no such
 * value. Lieutenant i uses the value majority(v_1, ..., v_(n-1))."
 *
 * @param told what came of this OM(m): what its commander said, and what its lieutenants relayed
 * @param generals who takes part in this OM(m): the commander and the other lieutenants
 */
function om(node: Self, m: number, told: Told | null, commander: NodeId, generals: readonly NodeId[]): Value {
  const received = told?.value ?? RETREAT
  if (m === 0) return received
  const others = generals.filter(general => general !== commander)
  const values = [received]
  for (const j of others) values.push(om(node, m - 1, relayedBy(told, j), j, others))
  invariant(values.length === generals.length, "majority is of n - 1 values (§3, OM(m) step 3)")
  return rules[node.parameters.rule](values)
}

/** The generals that are not on a path, this one left out. */
function lieutenantsBesides(node: Self, path: readonly NodeId[]): NodeId[] {
  return node.peers.filter(peer => !path.includes(peer))
}

/**
 * True if a message is plausible: "the receiver of a message knows who sent it" (A2), so its last relay is its sender; the
 * commander spoke first; and nobody relays what he has relayed before, or what this general has.
 */
function isPlausible({ id, state }: Self, path: readonly NodeId[], from: NodeId): boolean {
  if (path[0] !== state.commander || path[path.length - 1] !== from || path.includes(id)) return false
  return path.every((general, place) => path.indexOf(general) === place)
}

function nothingTold(): Told {
  return { value: null, relayed: null }
}

function relayedBy(told: Told | null, lieutenant: NodeId): Told | null {
  return told?.relayed?.[lieutenant] ?? null
}

/** The place in a lieutenant's record for what came along a path, made if it is not there yet. */
function placeFor({ state }: Self, path: readonly NodeId[]): Told {
  let { told } = state
  for (let depth = 1; depth < path.length; depth++) {
    told.relayed ??= []
    told = told.relayed[path[depth]!] ??= nothingTold()
  }
  return told
}
