/** The names of things in a run. */

/** Identity of a node: 0..n-1. */
export type NodeId = number

/** Identity of a client (a session), numbered from 0; clients are outside the group. */
export type ClientId = number

/** Anything told apart by its `type`. */
export interface Tagged {
  readonly type: string
}

/** A proof of who said something: only the signer can make it, everybody can check it. See `Node.sign`. */
export type Signature = string
