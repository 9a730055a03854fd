/** The chain as a server sees it: its own place, its neighbours, and what it reports about them to clients and services. */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { ByKind } from "../../services/replicated-log/shape.ts"
import type { Configuration, Member, Server } from "./types.ts"

/** The first configuration: all servers, in the order of their ids. */
export function initialConfiguration(size: number): Configuration {
  const chain = Array.from({ length: size }, (_, id): Member => ({ id, life: 0 }))
  return { number: 1, chain, joining: null, headSince: 1, tailSince: 1 }
}

export function isSame(a: Member | null, b: Member | null): boolean {
  return a === null || b === null ? a === b : a.id === b.id && a.life === b.life
}

/** Its place in the chain, from 0; -1 if it is outside. */
export function placeOf({ id, state: { configuration, life } }: Server): number {
  return configuration === null ? -1 : configuration.chain.findIndex(member => member.id === id && member.life === life)
}

/** Null on the head, and outside the chain. */
export function predecessorOf(node: Server): Member | null {
  const place = placeOf(node)
  return place <= 0 ? null : node.state.configuration!.chain[place - 1]!
}

/** Null on the tail, and outside the chain. */
export function successorOf(node: Server): Member | null {
  const place = placeOf(node)
  return place < 0 ? null : (node.state.configuration!.chain[place + 1] ?? null)
}

export function isHead(node: Server): boolean {
  return placeOf(node) === 0
}

/** True if it may commit: it is the tail, and has all that earlier tails had. */
export function isActingTail(node: Server): boolean {
  const { state } = node
  const place = placeOf(node)
  return place >= 0 && place === state.configuration!.chain.length - 1 && state.hasCaughtUp
}

export function headOf({ chain }: Configuration): NodeId {
  return chain[0]!.id
}

export function tailOf({ chain }: Configuration): NodeId {
  return chain.at(-1)!.id
}

/** The servers that clients should ask; empty if it does not know. */
export function askedByKind({ state: { configuration }, parameters }: Server): { readonly ask?: ByKind } {
  if (configuration === null) return {}
  const queries = parameters.reads === "tail" ? [tailOf(configuration)] : configuration.chain.map(({ id }) => id)
  return { ask: { updates: headOf(configuration), queries } }
}

/** Redirects a client to the server that answers its operation; to nobody if that is null or this server. */
export function redirect(node: Server, { sequence }: Command, client: ClientId, to: NodeId | null): void {
  const leader = to === node.id ? null : to
  node.reply(client, { type: "Redirect", sequence, leader, ...askedByKind(node) })
}

/** Reports the holder of each office. The head counts as the leader, since it orders updates. */
export function reportOffices(node: Server): void {
  const { configuration } = node.state
  if (configuration === null) return node.report({ type: "believes", leader: null, epoch: 0 })
  const { number, chain, headSince, tailSince } = configuration
  const middle = chain.length < 3 ? null : chain[chain.length >> 1]!.id
  node.report({ type: "believes", leader: headOf(configuration), epoch: headSince })
  node.report({ type: "office", office: "head", holder: headOf(configuration), epoch: headSince })
  node.report({ type: "office", office: "middle", holder: middle, epoch: number })
  node.report({ type: "office", office: "tail", holder: tailOf(configuration), epoch: tailSince })
}
