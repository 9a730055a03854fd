/**
 * Suzuki and Kasami's mutual exclusion: who holds the token may enter the critical section. A node without it asks all
 * others, n-1 messages, and one message brings the token: n messages an entry, none for a holder who enters again.
 *
 * Source: I. Suzuki, T. Kasami, "A Distributed Mutual Exclusion Algorithm", ACM Transactions on Computer Systems 3(4),
 * 1985. RN, LN and the queue have the paper's names. The example of an algorithm that lives outside the workbench; its own
 * version of this one is `suzuki-kasami`.
 */
import {
  algorithm,
  type ClientId,
  invariant,
  type MutualExclusion,
  mutualExclusion,
  type Node,
  type Shape,
} from "quorate"

interface RoamingToken extends Shape {
  readonly parameters: object
  readonly disk: { hasBooted: boolean }
  readonly state: State
  readonly message: Request | Token
  readonly timer: never
  readonly service: MutualExclusion
}

/** REQUEST(j, n): node j asks for its n-th entry. */
interface Request {
  readonly type: "Request"
  readonly n: number
}

/** PRIVILEGE(Q, LN): the token. */
interface Token {
  readonly type: "Token"
  /** For each node, the number of the last entry it was granted. */
  readonly LN: readonly number[]
  /** Who gets the token next, in this order. */
  readonly queue: readonly number[]
  /** Beyond the paper: the number of hops of the token, so that one which the network delivers twice is one. */
  readonly passed: number
}

interface State {
  /** For each node, the highest number of its requests that this node has heard of. */
  readonly RN: number[]
  /** The token as it was received; null: another node has it. */
  token: Token | null
  /** The number of hops of the token when this node saw it last. */
  passed: number
  requesting: boolean
  inCriticalSection: boolean
  /** For whom this node requests. */
  client: ClientId
}

type Self = Node<RoamingToken>

export const roamingToken = algorithm<RoamingToken>({
  name: "roaming-token",
  title: "Roaming token",
  source: "Suzuki and Kasami 1985, ACM Transactions on Computer Systems 3(4)",
  summary: "A token admits to the critical section; whoever wants in asks everybody, and the holder passes it on.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [mutualExclusion],
  parameters: {},

  disk: () => ({ hasBooted: false }),
  state: ({ size }) => ({
    RN: Array.from({ length: size }, () => 0),
    token: null,
    passed: 0,
    requesting: false,
    inCriticalSection: false,
    client: 0,
  }),
  start(node) {
    // The token is made once: a node that boots again must not make a second one.
    if (node.id === 0 && !node.disk.hasBooted) {
      node.state.token = { type: "Token", LN: node.state.RN.slice(), queue: [], passed: 0 }
    }
    node.save({ hasBooted: true })
  },

  receive: {
    Request(node, { n }, from) {
      const { state } = node
      state.RN[from] = Math.max(state.RN[from]!, n)
      const { token } = state
      if (token === null || state.requesting || state.RN[from] !== token.LN[from]! + 1) return
      passToken(node, token, from)
    },

    Token(node, token) {
      const { state } = node
      if (token.passed <= state.passed) return
      state.passed = token.passed
      state.token = token
      if (state.requesting && !state.inCriticalSection) enter(node)
    },
  },

  timeout: {},

  request: {
    Acquire(node, _, client) {
      const { state } = node
      if (state.requesting) return
      state.requesting = true
      state.client = client
      if (state.token !== null) {
        enter(node)
        return
      }
      const n = state.RN[node.id]! + 1
      state.RN[node.id] = n
      node.broadcast({ type: "Request", n })
    },

    Release(node) {
      if (node.state.inCriticalSection) leave(node)
    },
  },
})

function enter(node: Self): void {
  const { state } = node
  state.inCriticalSection = true
  node.report({ type: "entered", timestamp: null })
  node.reply(state.client, { type: "Granted" })
}

function leave(node: Self): void {
  const { state } = node
  invariant(state.token !== null, "who leaves the critical section has the token")
  node.report({ type: "left" })
  state.inCriticalSection = false
  state.requesting = false
  const LN = state.token.LN.with(node.id, state.RN[node.id]!)
  // All whose request this node knows and no token has granted queue up, those already in the queue first.
  const waiting = node.peers.filter(j => !state.token!.queue.includes(j) && state.RN[j] === LN[j]! + 1)
  const [next, ...queue] = [...state.token.queue, ...waiting]
  state.token = { ...state.token, LN, queue }
  if (next !== undefined) passToken(node, state.token, next)
}

function passToken(node: Self, token: Token, to: number): void {
  node.state.token = null
  node.send(to, { ...token, passed: token.passed + 1 })
}
