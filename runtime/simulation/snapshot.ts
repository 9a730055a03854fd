/**
 * A moment of a run, as plain data: it can be kept, sent and compared, and the run can go on from it any number of times.
 *
 * It does not hold the state of the run but the way there: a run is a pure function of scenario and seed, so that the
 * moment is found again by running as many events. To restore takes as long as to run so far.
 */
import type { Micros } from "../contract/units.ts"

export interface Snapshot {
  readonly seed: number
  /** Events handled so far; null before the nodes were booted. */
  readonly events: number | null
  /** Virtual time. */
  readonly time: Micros
  /** The digest of the run so far: another one when it is restored means another scenario, or other code. */
  readonly digest: string
}
