/** The names of things in a run. */

/** Identity of a node: 0..n-1. */
export type NodeId = number

/** Identity of a client (a session), numbered from 0; clients are outside the group. */
export type ClientId = number

/** The end of a link where a client is, among the ids of nodes: numbers below 0. */
export function endOf(client: ClientId): NodeId {
  return -1 - client
}

/** The client at the end of a link; undefined if a node is. */
export function clientAt(end: NodeId): ClientId | undefined {
  return end < 0 ? -1 - end : undefined
}

/** The end of a link that `client 3` names; undefined for all else. */
export function clientNamed(written: string): NodeId | undefined {
  const [, client] = /^client (\d{1,7})$/.exec(written) ?? []
  return client === undefined ? undefined : endOf(Number(client))
}

/** Anything told apart by its `type`. */
export interface Tagged {
  readonly type: string
}

/** A proof of who said something: only the signer can make it, everybody can check it. See `Node.sign`. */
export type Signature = string
