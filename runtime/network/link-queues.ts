/** Queues of messages on one link, which wait for bandwidth or for delivery in order. */
import { type Micros, SECOND } from "../contract/units.ts"

export class LinkQueues {
  /** Bytes per second, of all links or of each. */
  readonly #bandwidth: number | Float64Array
  readonly #fifo: boolean
  /** The time until which each link is busy sending, and the arrival of the last message sent. */
  readonly #busyUntil: Float64Array
  readonly #lastArrival: Float64Array

  constructor(links: number, bandwidth: number | Float64Array, fifo: boolean) {
    this.#bandwidth = bandwidth
    this.#fifo = fifo
    this.#busyUntil = new Float64Array(links)
    this.#lastArrival = new Float64Array(links)
  }

  /**
   * The arrival time of a message sent now.
   *
   * @param delay the propagation delay; negative if the message is sent but does not arrive
   */
  arrival(link: number, bytes: number, now: Micros, delay: Micros): Micros {
    const bandwidth = typeof this.#bandwidth === "number" ? this.#bandwidth : this.#bandwidth[link]!
    let sent = now
    if (bandwidth < Infinity && bytes > 0) {
      sent = Math.max(now, this.#busyUntil[link]!) + Math.ceil((bytes * SECOND) / bandwidth)
      this.#busyUntil[link] = sent
    }
    if (delay < 0 || !this.#fifo) return sent + delay
    const arrival = Math.max(sent + delay, this.#lastArrival[link]!)
    this.#lastArrival[link] = arrival
    return arrival
  }
}
