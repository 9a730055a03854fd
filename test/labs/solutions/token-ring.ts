/**
 * A token ring as a student may write it: a token has an age, one number that grows with every hop; a new one begins far above
 * all ages that its maker's candidate has heard of on its way.
 */
import { algorithm, duration, mutualExclusion, type MutualExclusion, type Node, type ParameterValues } from "quorate"

const parameters = {
  regenerationTimeout: duration("max(1s, 50d)", "A node that has not seen the token for this long misses it."),
}

/** A new token is that much older than any before it: no token makes so many hops. */
const LEAP = 1_000_000

type Message =
  | { readonly type: "Token"; readonly age: number }
  | { readonly type: "Election"; readonly candidate: number; readonly attempt: number; readonly age: number }

interface TokenRing {
  readonly parameters: ParameterValues<typeof parameters>
  /** `attempts`: elections that this node has begun, ever; -1 before its first boot. */
  readonly disk: { readonly attempts: number }
  readonly state: {
    hasToken: boolean
    /** The age of the token that was here last, and the largest heard of. */
    last: number
    oldest: number
    wants: boolean
    inside: boolean
    client: number
    /** True if an election has come by since the token did. */
    takesPart: boolean
    /** Its own attempt in that election; 0: none. */
    attempt: number
  }
  readonly message: Message
  readonly timer: "regeneration"
  readonly service: MutualExclusion
}

type Self = Node<TokenRing>

export const solution = algorithm<TokenRing>({
  name: "my-token-ring",
  title: "My token ring",
  source: "Le Lann 1977",
  summary: "A token travels round a ring; whoever has it may enter.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "fifo" },
  serves: [mutualExclusion],
  parameters,

  disk: () => ({ attempts: -1 }),
  state: () => ({
    hasToken: false,
    last: -1,
    oldest: -1,
    wants: false,
    inside: false,
    client: 0,
    takesPart: false,
    attempt: 0,
  }),

  start(node) {
    const isNew = node.disk.attempts < 0
    if (isNew) node.save({ attempts: 0 })
    if (node.id === 0 && isNew) makeToken(node)
    else watch(node)
  },

  receive: {
    Token(node, { age }) {
      const { state } = node
      if (age <= state.last) return
      take(node, age)
    },

    Election(node, { candidate, attempt, age }) {
      const { state } = node
      state.oldest = Math.max(state.oldest, age)
      if (state.hasToken) return
      if (candidate === node.id) {
        if (attempt === state.attempt) makeToken(node)
        return
      }
      if (candidate < node.id) {
        if (!state.takesPart) stand(node)
        return
      }
      state.takesPart = true
      watch(node)
      node.send(next(node), { type: "Election", candidate, attempt, age: state.oldest })
    },
  },

  timeout: {
    regeneration(node) {
      stand(node)
    },
  },

  request: {
    Acquire(node, _request, client) {
      const { state } = node
      if (state.wants) return
      state.client = client
      state.wants = true
      if (state.hasToken) enter(node)
    },

    Release(node) {
      const { state } = node
      if (!state.inside) return
      node.report({ type: "left" })
      state.inside = false
      state.wants = false
      pass(node)
    },
  },
})

function next({ id, size }: Self): number {
  return (id + 1) % size
}

/** The token is here: no election matters any more. */
function take(node: Self, age: number): void {
  const { state } = node
  state.hasToken = true
  state.last = age
  state.oldest = Math.max(state.oldest, age)
  state.takesPart = false
  state.attempt = 0
  node.cancelTimer("regeneration")
  if (state.inside) return
  if (state.wants) enter(node)
  else pass(node)
}

/** Whoever is alone keeps it. */
function pass(node: Self): void {
  const { state } = node
  if (node.size === 1) return
  state.hasToken = false
  node.send(next(node), { type: "Token", age: state.last + 1 })
  watch(node)
}

function enter(node: Self): void {
  node.state.inside = true
  node.report({ type: "entered", timestamp: null })
  node.reply(node.state.client, { type: "Granted" })
}

function watch(node: Self): void {
  node.setTimer("regeneration", node.parameters.regenerationTimeout)
}

/** Begins an election, or takes part in one as a candidate. */
function stand(node: Self): void {
  const { state } = node
  const attempt = node.disk.attempts + 1
  node.save({ attempts: attempt })
  state.attempt = attempt
  state.takesPart = true
  watch(node)
  node.send(next(node), { type: "Election", candidate: node.id, attempt, age: state.oldest })
}

function makeToken(node: Self): void {
  take(node, (Math.floor(node.state.oldest / LEAP) + 1) * LEAP)
}
