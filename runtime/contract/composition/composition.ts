/**
 * Composition: an algorithm hosts another one, such as a lease store that keeps what it decides in a replicated log.
 *
 * The hosting algorithm does not import the hosted one: it is given algorithms that provide the service it needs, and
 * one of its parameters selects which of them runs. The hosted algorithm is written like any other, and cannot tell the
 * difference: its messages, timers and registers are the host's under names with the part's prefix
 * (`log/AppendEntries`), its state lies within the host's, and its processes, with ids from 0, are processes of the
 * host's group that the host chooses. So every host of algorithms can run it, and algorithms that host nothing are
 * unaffected.
 *
 *     const log = hosted<StoreNode, "log">({ name: "log", among: [raft, multiPaxos], chosen: ..., members: ..., ... })
 *
 *     disk: self => log.disk(self),
 *     state: self => ({ log: log.state(self) }),
 *     start: node => log.start(node),
 *     receive: { Acquire(node, message, from) { log.request(node, commandOf(message), from) }, ...log.receive },
 *     timeout: { ...log.timeout },
 *     answers: log.answers,
 *
 * There may be several instances of a part, such as the groups of a sharded store, each with its own members. They are
 * numbered: the part's handlers are given the number, and messages carry it.
 */
import type { HostNode } from "./hosted-node.ts"
import type { Hosted, Hosting } from "./hosting.ts"
import { Part } from "./part.ts"

export type { HostIdentity, HostNode } from "./hosted-node.ts"
export type { Carried, CarriedDisk, CarriedTimer, Hosted, Hosting } from "./hosting.ts"
export { parameterName, parametersFor, parametersOf } from "./parameters.ts"

/** Declares a part in its hosting algorithm: see the top of this file. */
export function hosted<N extends HostNode, const Name extends string>(hosting: Hosting<N, Name>): Hosted<N, Name> {
  return new Part<N, Name>(hosting)
}
