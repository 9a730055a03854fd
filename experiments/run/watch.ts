/**
 * The record that a worker keeps in shared memory while it runs a batch: the parent reads what the worker was doing if it
 * has to stop it, or if it died.
 *
 * Workers import this: nothing here needs Effect or Node.js.
 */
const POSITION = 0
const EVENTS = 1
const THREAD = 2
const BEGUN_AT = 3

export class Watch {
  readonly memory: SharedArrayBuffer
  readonly #seat: Float64Array

  constructor(memory = new SharedArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT)) {
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

  /** The processor time that the thread had taken when the batch began, in milliseconds; 0 before, or if nobody knows. */
  get begunAt(): number {
    return this.#seat[BEGUN_AT]!
  }

  /** The batch begins. */
  enter(thread: number, processorMs: number): void {
    this.#seat[BEGUN_AT] = processorMs
    this.#seat[THREAD] = thread
  }

  /** A run of it begins. */
  begin(position: number): void {
    this.#seat[POSITION] = position
    this.#seat[EVENTS] = 0
  }

  count(): number {
    return ++this.#seat[EVENTS]!
  }
}
