/** Events of a run in words, for the message about a failure. */
import type { PastEvent } from "./run-digest.ts"
import { DELIVER, DEPART, FAULT, KIND_MASK, REPLY, REQUEST, SERVE, TIMEOUT, typeOf, WAKE } from "./event-kinds.ts"
import { clientName } from "../../faults/operator.ts"
import { formatDuration } from "../../contract/units.ts"

/** The algorithm's names for the numbers in events. */
export interface EventNames {
  /** The names of its message types. */
  readonly types: readonly string[]
  readonly timers: readonly string[]
}

/**
 * An event in words.
 *
 * @param payload its payload in words; omitted for past events, whose payload is no longer known; empty before the
 *   first event
 */
export function eventInWords(
  { time, kind, source, target }: PastEvent,
  { types, timers }: EventNames,
  payload?: string,
): string {
  const at = `at ${formatDuration(time)}`
  switch (kind & KIND_MASK) {
    case DELIVER:
      if (payload === "") return `${at}, as the nodes boot`
      return `${at}, node ${target} receives ${payload ?? types[typeOf(kind)]} from node ${source}`
    case TIMEOUT:
      return `${at}, node ${target}'s timer "${timers[source]}" runs out`
    case REQUEST:
      return `${at}, node ${target} is asked ${payload ?? "something"} by ${clientName(source)}`
    case REPLY:
      return `${at}, ${clientName(target)} is answered ${payload ?? "something"} by node ${source}`
    case WAKE:
      return `${at}, the service acts`
    case DEPART:
      return `${at}, what node ${target} has written is durable`
    case FAULT:
      return `${at}, a fault strikes or ends`
    case SERVE:
      return `${at}, node ${target} handles what came while it was paused or busy`
    default:
      return at
  }
}
