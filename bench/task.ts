/** A task: work that is timed repeatedly. */
export interface Task {
  readonly name: string
  /** The unit of a rate: messages, events, starts. */
  readonly unit: string
  /** Loads what the work needs and sets it up; not timed. */
  readonly prepare: () => Promise<Work>
}

/** Does the work once; returns the number of units, and for work of other processes or threads also the time they took. */
export type Work = () => number | Elsewhere | Promise<number | Elsewhere>

export interface Elsewhere {
  readonly units: number
  /** Processor time of the processes or threads that did it, in milliseconds. */
  readonly cpuMs: number
}
