/**
 * The kinds of events in the queue of a simulation, with their source, target and payload.
 *
 * Those of messages carry the index of the message's type above the lowest bits, and the message's purpose above that.
 * The purpose is for the counts of answers only: it is not part of the digest of a run.
 */
import type { Purpose } from "../../contract/algorithm.ts"

/** A message arrives: from, to, the message. */
export const DELIVER = 0
/** A timer's queue entry is due: index of the timer, node. */
export const TIMEOUT = 1
/** A request arrives: client, node, the request. */
export const REQUEST = 2
/** A reply arrives: node, client, the reply. */
export const REPLY = 3
/** A timer of the service fires: its subject, index of the timer. */
export const WAKE = 4
/** Writes are durable: the node's incarnation, the node, the output held until then. */
export const DEPART = 5
/** A step of the fault schedule: the step as payload. */
export const FAULT = 6
/** The warm-up is over. */
export const START = 7
/** The end of the measured time, of the drain, or of the run. */
export const STOP = 8
/** A node that was paused or is busy handles the next item of its backlog: its incarnation, the node. */
export const SERVE = 9

/** An intervention. Never in the queue: it comes between two events. */
export const INTERVENTION = 10
/** Nothing: replaces a message that was removed from the queue. */
export const NOTHING = 11

export const KIND_BITS = 4
export const KIND_MASK = (1 << KIND_BITS) - 1

const PURPOSE_SHIFT = 28
const DIGEST_MASK = (1 << PURPOSE_SHIFT) - 1
const PURPOSES = ["protocol", "heartbeat", "retransmission"] as const satisfies readonly Purpose[]

/** The arrival of a message of a type. */
export function arrivalOf(type: number, purpose: Purpose): number {
  return DELIVER | (type << KIND_BITS) | (indexOf(purpose) << PURPOSE_SHIFT)
}

/** The part of an event's kind that the digest of a run covers. */
export function digestedKind(kind: number): number {
  return kind & DIGEST_MASK
}

/** The index of the type of an arriving message. */
export function typeOf(kind: number): number {
  return (kind & DIGEST_MASK) >> KIND_BITS
}

/** The purpose of an arriving message. */
export function purposeOf(kind: number): Purpose {
  return PURPOSES[kind >> PURPOSE_SHIFT]!
}

/** The number of an arriving message's purpose: 0 for the protocol's, 1 for heartbeats, 2 for retransmissions, 3 for none. */
export function purposeNumberOf(kind: number): number {
  return kind >> PURPOSE_SHIFT
}

/** The arrival of a message that serves the purpose of another one, which it answers. */
export function answering(kind: number, answered: number): number {
  return (kind & DIGEST_MASK) | (answered & ~DIGEST_MASK)
}

/**
 * The place in {@link PURPOSES}. Called for every message, so it does not search the list. Invalid purposes, possible
 * in untyped code, get the place after the last.
 */
function indexOf(purpose: Purpose): number {
  return purpose === "protocol" ? 0 : purpose === "heartbeat" ? 1 : purpose === "retransmission" ? 2 : 3
}
