/**
 * A token in a ring: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.setTimer(name, delay)` (arming it again replaces the old deadline), `node.cancelTimer(name)`, `node.reply(client, ...)`,
 * `node.report(...)`, by which the world learns who is in the critical section, and `node.save({ ... })` for what must
 * survive a crash. `node.state` is yours to change; a crash loses it, and all timers. `node.id` is this node's, `node.size` is n.
 */
import { algorithm, duration, mutualExclusion, type MutualExclusion, type Node, type ParameterValues } from "quorate"

/** Fixed by the lab: tests set it. d is the longest delay of a message. */
const parameters = {
  regenerationTimeout: duration("max(1s, 50d)", "A node that has not seen the token for this long misses it."),
}

/** The types' names are fixed, and so is `candidate`: tests read them. Add fields as you need them. */
type Message = { readonly type: "Token" } | { readonly type: "Election"; readonly candidate: number }

interface TokenRing {
  readonly parameters: ParameterValues<typeof parameters>
  /** Survives crashes; written by `node.save`. `isOld`: this node has run before. */
  readonly disk: { readonly isOld: boolean }
  /** Lost by a crash. `client`: for whom this node asks. */
  readonly state: { hasToken: boolean; client: number }
  readonly message: Message
  readonly timer: "regeneration"
  readonly service: MutualExclusion
}

type Self = Node<TokenRing>

export const tokenRing = algorithm<TokenRing>({
  name: "my-token-ring",
  title: "My token ring",
  source: "Le Lann 1977",
  summary: "A token travels round a ring; whoever has it may enter.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "fifo" },
  serves: [mutualExclusion],
  parameters,

  disk: () => ({ isOld: false }),
  state: () => ({ hasToken: false, client: 0 }),

  /** Called at every boot; `disk` holds what survived. Node 0 makes the first token, once. */
  start(_node) {
    // TODO
  },

  receive: {
    Token(_node, _message, _from) {
      // TODO
    },
    /** `candidate` would like to make a new token. */
    Election(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    /** The token has not been here for `regenerationTimeout`. */
    regeneration(_node) {
      // TODO
    },
  },

  request: {
    /** This node's client wants in. It does not ask a second time before it has been in and has left. */
    Acquire(node, _request, client) {
      node.state.client = client
      // TODO
    },
    /** The client leaves. */
    Release(_node) {
      // TODO: leave, and pass the token on.
    },
  },
})

/** The neighbour in the direction in which all messages travel. A node that is alone is its own. */
export function neighbour({ id, size }: Self): number {
  return (id + 1) % size
}

/** The client is in the critical section from now on; it says when it leaves. */
export function enter(node: Self): void {
  node.report({ type: "entered", timestamp: null })
  node.reply(node.state.client, { type: "Granted" })
}

/** The critical section is free; to be called before the token leaves. */
export function leave(node: Self): void {
  node.report({ type: "left" })
}
