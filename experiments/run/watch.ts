/**
 * The record that a worker keeps in shared memory while it runs a batch: the parent reads what the worker was doing if it
 * has to stop it, or if it died.
 *
 * Workers import this: nothing here needs Effect or Node.js.
 */
const POSITION = 0
const EVENTS = 1
const THREAD = 2

export class Watch {
  readonly memory: SharedArrayBuffer
  readonly #seat: Float64Array

  constructor(memory = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#seat = new Float64Array(memory)
  }

  /** The place in its batch of the run that is being run, from 0. */
  get position(): number {
    return this.#seat[POSITION]!
  }

  /** Events of that run that have been observed; 0 unless it is run under observation. */
  get events(): number {
    return this.#seat[EVENTS]!
  }

  /** The thread that runs the batch; 0 before it has begun. */
  get thread(): number {
    return this.#seat[THREAD]!
  }

  begin(position: number, thread: number): void {
    this.#seat[THREAD] = thread
    this.#seat[POSITION] = position
    this.#seat[EVENTS] = 0
  }

  count(): number {
    return ++this.#seat[EVENTS]!
  }
}
