import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration, type Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"
import { takeOut } from "../lists.ts"

/** A waiting process. */
interface Waiting {
  readonly who: number
  readonly since: Micros
  /** Total entries when it began to wait, or at the last fault: overtaking before a fault is forgiven. */
  entriesBefore: number
  /** Entries since then that do not count as unfair: it could not reach the process that entered, or not be reached. */
  excused: number
}

export interface State extends Found {
  /** In the order in which they began to wait. */
  readonly waiting: Waiting[]
  entries: number
}

export const noStarvation: Check<State, SectionEvent, SectionContext> = {
  name: "no-starvation",
  doc:
    "Nobody waits while others are granted `starvation` times, in whose place it could have been served: it is up, " +
    "and exchanges messages with them and with all nodes that they do.",
  initial: () => ({ waiting: [], entries: 0, violation: null }),
  observe(state, event, context) {
    const { waiting, entries } = state
    switch (event.type) {
      case "requested":
        waiting.push({ who: event.who, since: event.at, entriesBefore: entries, excused: 0 })
        break
      case "entered":
        takeOut(waiting, event.who)
        state.entries++
        judge(state, event.who, event.at, context)
        break
      case "vanished":
        takeOut(waiting, event.who)
        break
      case "fault":
        // Being overtaken because of a fault is not unfair.
        for (const waits of waiting) {
          waits.entriesBefore = entries
          waits.excused = 0
        }
        break
      case "left":
      case "wrote":
      case "died":
      case "finished":
    }
  },
  verdict: verdictOf,
}

/** A process entered: all waiting ones have been overtaken once more. */
function judge(state: State, entered: number, now: Micros, { starvation, isUnfair }: SectionContext): void {
  if (state.violation !== null) return
  for (const waiting of state.waiting) {
    const { who: waits } = waiting
    if (isUnfair !== null && !isUnfair(waits, entered)) waiting.excused++
    const overtaken = state.entries - waiting.entriesBefore - waiting.excused
    if (overtaken >= starvation) {
      const since = formatDuration(waiting.since)
      violate(state, now, `${waits} has waited since ${since} while others were granted ${overtaken} times`)
    }
    // Those that began to wait later have been overtaken less, unless entries were excused.
    else if (isUnfair === null) return
  }
}
