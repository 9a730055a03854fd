/**
 * Resources that one run passes to the next, so that many runs are set up faster. Results do not depend on them.
 * Callers that make many runs in one process hold a pool and pass it to each.
 */
import { DelayTables } from "../network/delay-tables.ts"
import { MessageForms } from "../process/message-size.ts"
import { EventQueue } from "./events/event-queue.ts"

/** Queues that have grown beyond this many events are not reused. */
const MAX_SPARE = 1 << 16

export class RunPool {
  readonly delays = new DelayTables()
  readonly forms = new MessageForms()
  /** A cleared queue: creating one takes as long as some hundred events. */
  #spare: EventQueue<object> | undefined

  /** An empty event queue for exclusive use. */
  takeQueue(): EventQueue<object> {
    const queue = this.#spare ?? new EventQueue<object>()
    this.#spare = undefined
    return queue
  }

  /** Takes back a queue that is no longer used. */
  putQueue(queue: EventQueue<object>): void {
    if (queue.capacity > MAX_SPARE) return
    queue.clear()
    this.#spare = queue
  }
}
