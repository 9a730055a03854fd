/** The share of the budget that each event takes, worked out once an event. */
import { AMNESIA, type Counters, CRASH, FREE, RETRY, STOP } from "./counters.ts"
import type { Occurrence } from "./happening.ts"
import type { Model } from "./model.ts"
import type { Steps } from "./steps.ts"
import * as trail from "./search/trail.ts"

/** A way in which a process ends, with its events, by process. */
export interface Ending {
  readonly kind: number
  readonly choice: number
  readonly events: readonly number[]
}

/** @param members processes of roles do not crash: no algorithm claims to survive that */
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
  /** Timers that no budget names run out whenever they are due. */
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

  /** The kind of what a timer that runs out, or a client's move, takes. */
  kindOf(event: number): number {
    return (this.#kinds[event] ??= this.#newKindOf(event))
  }

  /** True if a message can be lost, or come twice: those of clients that act of their own accord are not. */
  isFragile(event: number): boolean {
    return (this.#areFragile[event] ??= !this.#hasClients || this.#occurrenceOf(event).happening.type === "receive")
  }

  #newKindOf(event: number): number {
    const { happening } = this.#occurrenceOf(event)
    if (happening.type === "timeout") return this.#areTimersFree ? FREE : this.#counters.kindOf(happening.timer)
    return happening.type === "move" && happening.isRetry === true ? RETRY : FREE
  }
}
