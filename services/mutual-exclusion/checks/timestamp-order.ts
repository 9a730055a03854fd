import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"

interface Entry {
  readonly who: number
  readonly timestamp: number
}

export interface State extends Found {
  latest: Entry | null
}

export const timestampOrder: Check<State, SectionEvent, SectionContext> = {
  name: "timestamp-order",
  doc:
    "Entries come in the order the algorithm promises: by request timestamp and id, or by fencing token. Twice in a " +
    "row by one timestamp is in order for the same node, since nobody asked in between.",
  initial: () => ({ latest: null, violation: null }),
  observe(state, event) {
    if (event.type !== "entered" || event.timestamp === null) return
    const { latest } = state
    const entry: Entry = { who: event.who, timestamp: event.timestamp }
    state.latest = entry
    if (latest !== null && !precedes(latest, entry))
      violate(state, event.at, `${show(entry)} entered after ${show(latest)}`)
  },
  verdict: verdictOf,
}

/**
 * By timestamp, then by id (Lamport, CACM 1978). The same node may enter twice in a row with one timestamp: a clock
 * need not tick for its own node's requests.
 */
function precedes(a: Entry, b: Entry): boolean {
  return a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.who <= b.who)
}

function show({ who, timestamp }: Entry): string {
  return `${who} with timestamp ${timestamp}`
}
