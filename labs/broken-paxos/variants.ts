/**
 * Multi-Paxos with a bug, in three variants: two of the proposer's, which does not heed all that acceptors report, and one
 * of the acceptor's, which has forgotten something after a restart.
 *
 * They are made from the project's Multi-Paxos by changing what a handler hears or what a restart finds.
 */
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos } from "../../algorithms/multi-paxos/types.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"

type Paxos = Algorithm<MultiPaxos>
type Promised = Parameters<Paxos["receive"]["Promise"]>[1]

/** A new leader that hears promises as `hear` has them. */
function hearing(hear: (message: Promised) => Promised): Paxos {
  const { receive } = multiPaxos
  return {
    ...multiPaxos,
    receive: { ...receive, Promise: (node, message, from) => receive.Promise(node, hear(message), from) },
  }
}

/** P2c is not kept: what acceptors have accepted does not bind a new leader. */
export const ignoresAccepted = hearing(message => ({ ...message, accepted: [] }))

/** A new leader heeds only the first entry that acceptors have accepted. */
export const heedsOneSlot = hearing(message => ({ ...message, accepted: message.accepted.slice(0, 1) }))

/** An acceptor's accepted proposals are not on disk. */
export const forgetsAccepted: Paxos = {
  ...multiPaxos,
  state: ({ id, size, peers, parameters, disk, role }) =>
    multiPaxos.state({ id, size, peers, parameters, disk: { ...disk, journal: [] }, role }),
  start(node) {
    node.truncate("journal", 0)
    multiPaxos.start(node)
  },
}
