/** Messages of a scripted run that wait until the script delivers them. */
import type { Tagged } from "../../contract/algorithm.ts"
import type { Addressed, Party } from "../../scenario/script.ts"
import type { EventQueue } from "../events/event-queue.ts"

interface HeldMessage {
  readonly key: string
  /** Its number, from 1, among those with the same key. */
  readonly nth: number
  readonly kind: number
  readonly source: number
  readonly target: number
  readonly payload: object
}

export class Held {
  readonly #queue: EventQueue<object>
  readonly #held: HeldMessage[] = []
  /** Messages sent so far, by key. */
  readonly #sent = new Map<string, number>()

  constructor(queue: EventQueue<object>) {
    this.#queue = queue
  }

  get isEmpty(): boolean {
    return this.#held.length === 0
  }

  /** The waiting messages, in no particular order. */
  get waiting(): readonly object[] {
    return this.#held.map(({ key, payload }) => ({ key, payload }))
  }

  /** Holds an event that would otherwise go into the queue. */
  hold(kind: number, source: number, target: number, payload: object, from: Party, to: Party): void {
    const key = keyOf(typeOf(payload), from, to)
    const nth = (this.#sent.get(key) ?? 0) + 1
    this.#sent.set(key, nth)
    this.#held.push({ key, nth, kind, source, target, payload })
  }

  /** @returns true if there was such a message */
  deliver(addressed: Addressed, as: Tagged | undefined, stays: boolean): boolean {
    const place = this.#placeOf(addressed)
    const message = this.#held[place]
    if (message === undefined) return false
    const { kind, source, target, payload } = message
    if (!stays) this.#held.splice(place, 1)
    this.#queue.push(this.#queue.time, kind, source, target, as ?? payload)
    return true
  }

  /** @returns the lost message, if there was one */
  lose(addressed: Addressed): object | undefined {
    const place = this.#placeOf(addressed)
    return place < 0 ? undefined : this.#held.splice(place, 1)[0]?.payload
  }

  #placeOf({ message, from, to, nth }: Addressed): number {
    const key = keyOf(message, from, to)
    return this.#held.findIndex(held => held.key === key && (nth === undefined || held.nth === nth))
  }
}

function keyOf(type: string, from: Party, to: Party): string {
  return [type, nameOf(from), nameOf(to)].join(" ")
}

function nameOf(party: Party): string {
  return "node" in party ? `${party.node}` : `client ${party.client}`
}

function typeOf(payload: object): string {
  return "type" in payload ? String(payload.type) : "reply"
}
