/** The events that a paused or busy node has yet to handle, in the order of arrival. */

/** A message, request or timer, as in the event queue. */
export interface Pending {
  readonly kind: number
  readonly source: number
  readonly payload: object | null
}

export class Backlog {
  #items: Pending[] = []
  #first = 0
  /** True if the event that ends the handling of the first item is in the queue. */
  isBeingServed = false

  get size(): number {
    return this.#items.length - this.#first
  }

  get first(): Pending | undefined {
    return this.#items[this.#first]
  }

  add(item: Pending): void {
    this.#items.push(item)
  }

  /** Removes the first item. */
  take(): Pending | undefined {
    const item = this.#items[this.#first]
    if (item === undefined) return undefined
    this.#first++
    if (this.#first > 64 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  clear(): void {
    this.#items = []
    this.#first = 0
    this.isBeingServed = false
  }
}
