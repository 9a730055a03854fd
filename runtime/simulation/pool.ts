/**
 * Resources that one run hands to the next, so that many runs are set up faster. None of it shows in a result. Whoever makes
 * many runs in one process holds a pool and passes it to each.
 */
import { DelayTables } from "../network/delay-tables.ts"
import { SizeCodes } from "../process/compiled-size.ts"
import { ContentHashes } from "../process/content-hash.ts"
import { EventQueue } from "./events/event-queue.ts"

/** A queue that has grown beyond this many events is not kept. */
const MAX_SPARE = 1 << 16

export class RunPool {
  readonly delays = new DelayTables()
  readonly sizes = new SizeCodes()
  readonly contentHashes = new ContentHashes()
  /** Cleared: to make one takes as long as some hundred events. */
  #spare: EventQueue<object> | undefined

  /** An event queue that nobody else uses, empty. */
  takeQueue(): EventQueue<object> {
    const queue = this.#spare ?? new EventQueue<object>()
    this.#spare = undefined
    return queue
  }

  /** Takes back a queue that is used no more. */
  putQueue(queue: EventQueue<object>): void {
    if (queue.capacity > MAX_SPARE) return
    queue.clear()
    this.#spare = queue
  }
}
