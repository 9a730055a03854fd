/** The budget that each event spends, computed once per event. */
import { AMNESIA, type Counters, CRASH, FREE, RETRY, STOP } from "./counters.ts"
import type { Occurrence } from "./happening.ts"
import type { Model } from "./model.ts"
import type { Steps } from "./steps.ts"
import * as trail from "./search/trail.ts"

/** A way in which a process ends, with its events by process. */
export interface Ending {
  readonly kind: number
  readonly choice: number
  readonly events: readonly number[]
}

/** @param members the number of members; processes of roles do not crash, since no algorithm claims to survive that */
export function endingsOf(steps: Steps, members: number): readonly Ending[] {
  const endings = [
    { kind: CRASH, type: "crash", choice: trail.CRASH },
    { kind: AMNESIA, type: "amnesia", choice: trail.AMNESIA },
    { kind: STOP, type: "stop", choice: trail.CRASH },
  ] as const
  return endings.map(({ kind, type, choice }) => {
    const events = Array.from({ length: members }, (_, id) => steps.eventOf(id, { type }))
    return { kind, choice, events }
  })
}

export class Spending {
  readonly #counters: Counters
  readonly #occurrenceOf: (event: number) => Occurrence
  readonly #hasClients: boolean
  /** Timers not named by a budget fire whenever they are due. */
  readonly #areTimersFree: boolean
  readonly #kinds: (number | undefined)[] = []
  readonly #areFragile: (boolean | undefined)[] = []

  constructor(
    { clients, inRounds = false, clock, budgets }: Model,
    counters: Counters,
    occurrenceOf: (event: number) => Occurrence,
  ) {
    this.#counters = counters
    this.#occurrenceOf = occurrenceOf
    this.#hasClients = clients !== undefined
    this.#areTimersFree = inRounds || (clock !== undefined && Object.keys(budgets.timeouts).length === 0)
  }

  /** The kind of budget that a timer or a client's move spends. */
  kindOf(event: number): number {
    return (this.#kinds[event] ??= this.#newKindOf(event))
  }

  /** True if a message can be lost or duplicated: false for clients that act of their own accord. */
  isFragile(event: number): boolean {
    return (this.#areFragile[event] ??= !this.#hasClients || this.#occurrenceOf(event).happening.type === "receive")
  }

  #newKindOf(event: number): number {
    const { happening } = this.#occurrenceOf(event)
    if (happening.type === "timeout") return this.#areTimersFree ? FREE : this.#counters.kindOf(happening.timer)
    return happening.type === "move" && happening.isRetry === true ? RETRY : FREE
  }
}
