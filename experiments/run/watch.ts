/**
 * A worker's progress in shared memory while it runs a batch: the parent reads what the worker was doing when it had to be
 * stopped, or crashed.
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

  /** The index in the batch of the current run, from 0. */
  get position(): number {
    return this.#seat[POSITION]!
  }

  /** Events of the current run so far; 0 unless the run is observed. */
  get events(): number {
    return this.#seat[EVENTS]!
  }

  /** The thread that runs the batch; 0 before it has started. */
  get thread(): number {
    return this.#seat[THREAD]!
  }

  /** The processor time of the thread when the batch started, in milliseconds; 0 before, or if unknown. */
  get begunAt(): number {
    return this.#seat[BEGUN_AT]!
  }

  /** Records that the batch starts. */
  enter(thread: number, processorMs: number): void {
    this.#seat[BEGUN_AT] = processorMs
    this.#seat[THREAD] = thread
  }

  /** Records that a run of the batch starts. */
  begin(position: number): void {
    this.#seat[POSITION] = position
    this.#seat[EVENTS] = 0
  }

  count(): number {
    return ++this.#seat[EVENTS]!
  }
}
