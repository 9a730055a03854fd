import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"
import { add, remove } from "../lists.ts"

export interface State extends Found {
  /** Those in the critical section. */
  readonly inside: number[]
  /**
   * The time since which a process that had been paused is running again with another one inside; null: there is none.
   */
  together: { readonly at: Micros; readonly witness: string } | null
}

export const mutualExclusion: Check<State, SectionEvent, SectionContext> = {
  name: "mutual-exclusion",
  doc:
    "No two are in the critical section at the same time, able to act: a process that is paused is not, but if it is still " +
    "inside after the moment in which it resumes, it is.",
  initial: () => ({ inside: [], together: null, violation: null }),
  observe(state, event, { isRunning }) {
    const { inside, together } = state
    // A process that resumes may leave at once.
    if (together !== null && event.at > together.at) violate(state, together.at, together.witness)
    switch (event.type) {
      case "left":
      case "vanished":
        remove(inside, event.who)
        if (state.together !== null) state.together = meeting(inside, event.at, isRunning)
        break
      case "entered":
        enter(state, event.who, event.at, isRunning)
        break
      case "fault":
        if (inside.length > 1) state.together ??= meeting(inside, event.at, isRunning)
        break
      case "requested":
      case "wrote":
      case "died":
      case "finished":
    }
  },
  verdict: verdictOf,
}

function enter(state: State, who: number, at: Micros, isRunning: SectionContext["isRunning"]): void {
  for (const other of state.inside) {
    if (other === who) violate(state, at, `${who} entered again before it left`)
    else if (isRunning === null || isRunning(other)) {
      violate(state, at, `${who} entered while ${other} was in the critical section`)
    }
  }
  add(state.inside, who)
}

/** Two processes that are inside and running, if any. */
function meeting(inside: readonly number[], at: Micros, isRunning: SectionContext["isRunning"]): State["together"] {
  const [one, other] = inside.filter(who => isRunning === null || isRunning(who))
  if (one === undefined || other === undefined) return null
  return { at, witness: `${one} and ${other} are both in the critical section, one of them having been paused` }
}
