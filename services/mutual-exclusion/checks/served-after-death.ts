import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration, type Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { SectionContext, SectionEvent } from "../events.ts"
import { add, remove } from "../lists.ts"

export interface State extends Found {
  deaths: number
  readonly dead: number[]
  /** Living clients. */
  readonly waiting: number[]
  readonly inside: number[]
  /** The time since which a living client waits and none has the lock, after the first death; null: not so. */
  blockedSince: Micros | null
  /** The longest such span. */
  longest: Micros
  /** True after any other fault: from then on, it may be the reason why nobody is granted. */
  isExcused: boolean
}

export const servedAfterDeath: Check<State, SectionEvent, SectionContext> = {
  name: "served-after-death",
  doc:
    "After a client has died, one that waits is granted the lock within a deadline and twice the session timeout, or as many " +
    "times that as clients have died; as long as nothing else goes wrong.",
  initial: () => ({
    deaths: 0,
    dead: [],
    waiting: [],
    inside: [],
    blockedSince: null,
    longest: 0,
    isExcused: false,
    violation: null,
  }),
  observe(state, event, { sessions }) {
    update(state, event)
    if (state.deaths === 0) return
    const since = state.blockedSince
    if (since !== null) judge(state, event.at - since, event.at, sessions)
    const isBlocked = state.waiting.length > 0 && state.inside.length === 0
    if (!isBlocked) state.blockedSince = null
    else state.blockedSince ??= event.at
  },
  verdict: (state, { sessions }) => {
    if (state.violation !== null || state.deaths === 0) return verdictOf(state)
    if (sessions.timeout === 0) return { verdict: "undecided", reason: "sessions of clients that die do not expire" }
    if (!state.isExcused && !sessions.areLinksLossy) return verdictOf(state)
    return { verdict: "undecided", reason: "beside the death of a client, nodes or links failed" }
  },
}

function update(state: State, event: SectionEvent): void {
  const { dead, waiting, inside } = state
  switch (event.type) {
    case "requested":
      remove(dead, event.who)
      add(waiting, event.who)
      break
    case "entered":
      // A node may enter on behalf of a client that has died.
      if (dead.includes(event.who)) break
      remove(waiting, event.who)
      add(inside, event.who)
      break
    case "left":
      remove(inside, event.who)
      break
    case "died":
      state.deaths++
      add(dead, event.who)
      remove(waiting, event.who)
      remove(inside, event.who)
      break
    case "vanished":
      remove(waiting, event.who)
      remove(inside, event.who)
      break
    case "fault":
      if (!event.ofClients) state.isExcused = true
      break
    case "wrote":
    case "finished":
  }
}

/** Judges a span in which no living client had the lock though one was waiting. */
function judge(
  state: State,
  blocked: Micros,
  now: Micros,
  { timeout, deadline, areLinksLossy }: SectionContext["sessions"],
) {
  state.longest = Math.max(state.longest, blocked)
  if (timeout === 0 || state.isExcused || areLinksLossy || blocked <= 2 * timeout * state.deaths + deadline) return
  violate(
    state,
    now,
    `the lock was not granted for ${formatDuration(blocked)} after a client had died, though another client waits`,
  )
}
