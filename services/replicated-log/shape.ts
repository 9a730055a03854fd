/** The types of the `replicated-log` service: what clients ask, what nodes answer, and what nodes report. */
import type { Belief, Office } from "../../runtime/contract/service.ts"
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Command, Result } from "./command.ts"

export interface ReplicatedLog {
  readonly request: Command
  readonly reply: LogReply | LockGranted
  readonly fact: Belief | Office | Applied | Restored
}

/**
 * A node answers a command with its result, or names the node to ask instead (`null`: not known now).
 *
 * A redirect promises that the node did not take up this request and will not act on it: a client whose every request
 * was turned away knows that its command did not happen. A node that took up a command and then stopped leading does
 * not answer; the client retries.
 */
export type LogReply =
  | { readonly type: "Result"; readonly sequence: number; readonly result: Result; readonly ask?: ByKind }
  | { readonly type: "Redirect"; readonly sequence: number; readonly leader: NodeId | null; readonly ask?: ByKind }

/**
 * The nodes to ask if they depend on the kind of operation, as in chain replication: updates go to the head, queries to
 * the tail. A node that knows them includes them in every answer.
 */
export interface ByKind {
  readonly updates: NodeId
  /** Any of them; never empty. */
  readonly queries: readonly NodeId[]
}

/**
 * Notifies a client that waits for a lock that it now holds it. Sent by the node that answers the release ({@link
 * answerCommand}). It may get lost, or an algorithm may send none: after a long silence the client retries.
 */
export interface LockGranted {
  readonly type: "LockGranted"
  readonly key: string
  /** The fencing token of the client's claim. */
  readonly token: number
}

/** The office whose holder answers queries, if not the leader. */
export const QUERY_OFFICE = "tail"

/** The node executed the entry at `index` (from 1) of the log on its machine; `null` is an entry without a command. */
export interface Applied {
  readonly type: "applied"
  readonly index: number
  readonly command: Command | null
  /** The choice with which it was executed, if the command is nondeterministic. */
  readonly chosen?: string
}

/** The node replaced its machine by a snapshot that covers the log up to `index`; it executes `index` + 1 next. */
export interface Restored {
  readonly type: "restored"
  readonly index: number
}

export function isApplied(fact: Tagged): fact is Applied {
  return fact.type === "applied"
}

export function isRestored(fact: Tagged): fact is Restored {
  return fact.type === "restored"
}

export function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}

export function isOffice(fact: Tagged): fact is Office {
  return fact.type === "office"
}

export function isLogReply(reply: object): reply is LogReply {
  return "type" in reply && (reply.type === "Result" || reply.type === "Redirect")
}

export function isLockGranted(reply: object): reply is LockGranted {
  return "type" in reply && reply.type === "LockGranted"
}
