/**
 * Sessions without an operation in flight, of clients that do not wait for answers: the one free for longest takes the
 * next.
 */
import type { ClientId } from "../runtime/contract/algorithm.ts"

/** The number of places freed together, so that the rest need not be moved for each session. */
const FREED_AT_ONCE = 1024

export class FreeSessions {
  readonly #sessions: ClientId[] = []
  /** The place of the first free session. */
  #next = 0

  put(client: ClientId): void {
    this.#sessions.push(client)
  }

  /** @returns `undefined` if none is free */
  take(): ClientId | undefined {
    if (this.#next === this.#sessions.length) return undefined
    const client = this.#sessions[this.#next++]!
    if (this.#next >= FREED_AT_ONCE) {
      this.#sessions.splice(0, this.#next)
      this.#next = 0
    }
    return client
  }
}
