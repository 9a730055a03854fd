/** The identifiers of a run. */

/** Identity of a node: 0..n-1. */
export type NodeId = number

/** Identity of a client (a session), numbered from 0; clients are outside the group. */
export type ClientId = number

/** A client as the end of a link: a negative number among the ids of nodes. */
export function endOf(client: ClientId): NodeId {
  return -1 - client
}

/** The client at the end of a link; undefined if the end is a node. */
export function clientAt(end: NodeId): ClientId | undefined {
  return end < 0 ? -1 - end : undefined
}

/** Parses the end of a link such as `client 3`; undefined for anything else. */
export function clientNamed(written: string): NodeId | undefined {
  const [, client] = /^client (\d{1,7})$/.exec(written) ?? []
  return client === undefined ? undefined : endOf(Number(client))
}

/** Anything discriminated by its `type`. */
export interface Tagged {
  readonly type: string
}

/** A proof of authorship: only the signer can make it, everybody can check it. See `Node.sign`. */
export type Signature = string
