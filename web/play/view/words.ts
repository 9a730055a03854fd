/** Descriptions of nodes, messages and times. */
import { clientName } from "../../../runtime/faults/operator.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Addressed, Party } from "../../../runtime/scenario/script.ts"
import type { SeenMessage, SeenNode } from "../model/seen.ts"

/** For screen readers, and as a title. */
export function nodeWords({ name, up, paused, isTraitor, isInside, role, epoch, waiting }: SeenNode): string {
  const parts = [
    name,
    !up && "down",
    up && role !== "" && role,
    up && epoch !== null && `epoch ${epoch}`,
    isInside && "in the critical section",
    paused && "paused",
    isTraitor && "traitor",
    waiting > 0 && `${waiting} waiting`,
  ]
  return parts.filter(part => part !== false).join(", ")
}

export function partyWords(party: Party): string {
  return "node" in party ? `node ${party.node}` : clientName(party.client)
}

export function messageWords({ message, from, to }: Addressed): string {
  return `${message} from ${partyWords(from)} to ${partyWords(to)}`
}

/** A message's address, as interventions use it. */
export function addressOf({ message, from, to, nth }: SeenMessage): Addressed {
  return { message, from, to, ...(nth === 1 ? {} : { nth }) }
}

/** A time in milliseconds, with as many digits as are needed to distinguish it. */
export function ms(time: Micros): string {
  return `${(time / 1_000).toLocaleString("en", { maximumFractionDigits: time < 100_000 ? 2 : 1 })} ms`
}

/** The time at which something is due; a timer of a paused node may be overdue. */
export function dueWords(at: Micros, now: Micros): string {
  return at < now ? `due ${ms(now - at)} ago` : `in ${ms(at - now)}`
}

/** A time in seconds, to a tenth of a millisecond. */
export function clockText(time: Micros): string {
  return `${(time / 1_000_000).toFixed(4)} s`
}

export function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${(share * 100).toFixed(share >= 0.9995 || share === 0 ? 0 : 1)} %`
}
