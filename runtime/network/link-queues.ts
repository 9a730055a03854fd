/** Queues in which messages of one link wait for each other, for its bandwidth or the order of delivery. */
import { type Micros, SECOND } from "../contract/units.ts"

export class LinkQueues {
  /** Bytes a second, of all links or of each. */
  readonly #bandwidth: number | Float64Array
  readonly #fifo: boolean
  /** Until when each link is busy with sending, and when the message sent last arrives. */
  readonly #busyUntil: Float64Array
  readonly #lastArrival: Float64Array

  constructor(links: number, bandwidth: number | Float64Array, fifo: boolean) {
    this.#bandwidth = bandwidth
    this.#fifo = fifo
    this.#busyUntil = new Float64Array(links)
    this.#lastArrival = new Float64Array(links)
  }

  /**
   * When a message arrives that is sent now.
   *
   * @param delay of the way itself; less than 0 if the message does not arrive, though it is sent
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
