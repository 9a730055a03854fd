/**
 * The listing of Ricart and Agrawala, "An Optimal Algorithm for Mutual Exclusion in Computer Networks", Communications of
 * the ACM 24(1), 1981, §2, line by line, as a student may write it. One thing is added, since the lab's network may deliver
 * messages twice, which the paper's does not: requests are told apart by a count, and a Reply says which one it answers.
 */
import { algorithm, mutualExclusion, type MutualExclusion, type Node } from "quorate"

type Message =
  | { readonly type: "Request"; readonly sequenceNumber: number; readonly which: number }
  | { readonly type: "Reply"; readonly which: number }

interface RicartAgrawala {
  readonly parameters: object
  readonly disk: object
  readonly state: {
    ourSequenceNumber: number
    highestSequenceNumber: number
    requestingCriticalSection: boolean
    outstandingReplyCount: number
    replyDeferred: boolean[]
    /** The last request of each node that was heard of, and of this one; and who has replied to that. */
    which: number[]
    replied: boolean[]
    client: number
  }
  readonly message: Message
  readonly timer: never
  readonly service: MutualExclusion
}

type Self = Node<RicartAgrawala>

export const solution = algorithm<RicartAgrawala>({
  name: "my-ricart-agrawala",
  title: "My Ricart-Agrawala",
  source: "Ricart and Agrawala 1981",
  summary: "Ask all others; whoever asked earlier, or is in the critical section, answers later.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [mutualExclusion],
  parameters: {},

  disk: () => ({}),
  state: ({ size }) => ({
    ourSequenceNumber: 0,
    highestSequenceNumber: 0,
    requestingCriticalSection: false,
    outstandingReplyCount: 0,
    replyDeferred: Array.from({ length: size }, () => false),
    which: Array.from({ length: size }, () => 0),
    replied: Array.from({ length: size }, () => false),
    client: 0,
  }),
  start() {},

  receive: {
    Request(node, { sequenceNumber: k, which }, j) {
      const { state } = node
      if (which <= state.which[j]!) return
      state.which[j] = which
      state.highestSequenceNumber = Math.max(state.highestSequenceNumber, k)
      const deferIt =
        state.requestingCriticalSection &&
        (k > state.ourSequenceNumber || (k === state.ourSequenceNumber && j > node.id))
      if (deferIt) state.replyDeferred[j] = true
      else node.send(j, { type: "Reply", which })
    },

    Reply(node, { which }, j) {
      const { state } = node
      if (which !== state.which[node.id] || state.replied[j]) return
      state.replied[j] = true
      state.outstandingReplyCount = state.outstandingReplyCount - 1
      if (state.outstandingReplyCount === 0) enter(node)
    },
  },

  timeout: {},

  request: {
    Acquire(node, _request, client) {
      const { state } = node
      state.client = client
      state.requestingCriticalSection = true
      state.ourSequenceNumber = state.highestSequenceNumber + 1
      state.outstandingReplyCount = node.size - 1
      state.which[node.id]!++
      state.replied.fill(false)
      const { ourSequenceNumber: sequenceNumber } = state
      for (const j of node.peers) node.send(j, { type: "Request", sequenceNumber, which: state.which[node.id]! })
      if (state.outstandingReplyCount === 0) enter(node)
    },

    Release(node) {
      const { state } = node
      node.report({ type: "left" })
      state.requestingCriticalSection = false
      for (const j of node.peers) {
        if (!state.replyDeferred[j]) continue
        state.replyDeferred[j] = false
        node.send(j, { type: "Reply", which: state.which[j]! })
      }
    },
  },
})

function enter(node: Self): void {
  node.report({ type: "entered", timestamp: node.state.ourSequenceNumber })
  node.reply(node.state.client, { type: "Granted" })
}
