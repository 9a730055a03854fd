/**
 * Composition: an algorithm hosts another one, such as a lease store that keeps what it decides in a replicated log.
 *
 * The host does not import what it hosts: it is given algorithms that serve the service that it needs, and a parameter of its
 * own says which of them runs. What it hosts is written as any algorithm is, and cannot tell: its messages, timers and
 * registers are the host's under names that begin with that of the part (`log/AppendEntries`), its state lies within the
 * host's, and its processes, with ids from 0, are those of the host's group that the host says. So every host of
 * algorithms runs it, and an algorithm that hosts nothing is not touched by any of this.
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
 * There may be several instances of a part, such as the groups of a sharded store, each with members of its own: they have
 * numbers, which handlers of the part are given, and which their messages carry.
 */
import type { HostNode } from "./hosted-node.ts"
import type { Hosted, Hosting } from "./hosting.ts"
import { Part } from "./part.ts"

export type { HostIdentity, HostNode } from "./hosted-node.ts"
export type { Carried, CarriedDisk, CarriedTimer, Hosted, Hosting } from "./hosting.ts"
export { parameterName, parametersFor, parametersOf } from "./parameters.ts"

/** Declares a part of an algorithm that hosts it: see the top of this file. */
export function hosted<N extends HostNode, const Name extends string>(hosting: Hosting<N, Name>): Hosted<N, Name> {
  return new Part<N, Name>(hosting)
}
