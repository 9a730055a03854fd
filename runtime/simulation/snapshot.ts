/**
 * A moment of a run, as plain data: it can be kept, sent and compared, and the run can resume from it any number of times.
 *
 * It does not hold the state of the run but the way to it: a run is a pure function of scenario and seed, so the moment
 * is reached again by running the same number of events. Restoring takes as long as the original run did.
 *
 * The state is not copied, although nodes and checks are values. The rest of a run is made of parts that refer to each
 * other: an event in the queue holds what a fault does when it strikes or ends, a fault holds whom it hit, clients hold
 * the timers and streams of random numbers that they draw from. A copy would have to be rewired part by part in every
 * service and fault, which would make each of them harder to read; repeating a whole run takes milliseconds. A host
 * that branches at every event, as a checker does, steps nodes and checks as values instead (`runtime/process`).
 */
import type { Micros } from "../contract/units.ts"

export interface Snapshot {
  readonly seed: number
  /** Events handled so far; null before the nodes have booted. */
  readonly events: number | null
  /** Virtual time. */
  readonly time: Micros
  /** The digest of the run so far: a different one on restoring means a different scenario, or different code. */
  readonly digest: string
}
