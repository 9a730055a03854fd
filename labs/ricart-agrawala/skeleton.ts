/**
 * Mutual exclusion by asking: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.reply(client, ...)`, and `node.report(...)`, by which the world learns who
 * is in the critical section. `node.state` is yours to change, `node.peers` are the others, `node.size` is n.
 */
import { algorithm, mutualExclusion, type MutualExclusion, type Node } from "quorate"

/** The types' names and these fields are fixed: tests read them. Add fields as you need them. */
type Message = { readonly type: "Request"; readonly sequenceNumber: number } | { readonly type: "Reply" }

interface RicartAgrawala {
  readonly parameters: object
  readonly disk: object
  /** The names are the paper's. `client`: for whom this node asks. */
  readonly state: {
    ourSequenceNumber: number
    highestSequenceNumber: number
    requestingCriticalSection: boolean
    client: number
  }
  readonly message: Message
  readonly timer: never
  readonly service: MutualExclusion
}

type Self = Node<RicartAgrawala>

export const ricartAgrawala = algorithm<RicartAgrawala>({
  name: "my-ricart-agrawala",
  title: "My Ricart-Agrawala",
  source: "Ricart and Agrawala 1981",
  summary: "Ask all others; whoever asked earlier, or is in the critical section, answers later.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [mutualExclusion],
  parameters: {},

  disk: () => ({}),
  state: () => ({
    ourSequenceNumber: 0,
    highestSequenceNumber: 0,
    requestingCriticalSection: false,
    client: 0,
  }),
  start() {},

  receive: {
    /** `from` asks for permission. */
    Request(_node, _message, _from) {
      // TODO
    },
    /** `from` gives its permission. */
    Reply(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {},

  request: {
    /** This node's client wants in. It does not ask a second time before it has been in and has left. */
    Acquire(node, _request, client) {
      node.state.client = client
      // TODO
    },
    /** The client leaves. */
    Release(_node) {
      // TODO: leave, and answer those who wait.
    },
  },
})

/** The client is in the critical section from now on; it says when it leaves. */
export function enter(node: Self): void {
  node.report({ type: "entered", timestamp: node.state.ourSequenceNumber })
  node.reply(node.state.client, { type: "Granted" })
}

/** The critical section is free; to be called before anybody else is let in. */
export function leave(node: Self): void {
  node.report({ type: "left" })
}
