/** The types of the `mutual-exclusion` service: what clients ask, what nodes answer, what nodes report. */
import type { Micros } from "../../runtime/contract/units.ts"

export interface MutualExclusion {
  readonly request: Acquire | Release
  readonly reply: Granted | Revoked
  readonly fact: Entered | Left | Wrote
}

/**
 * Asks a node to enter the critical section for its client. It changes nothing while an earlier request waits. A client
 * with more operations asks for the next one at the instant at which it releases the last.
 */
export interface Acquire {
  readonly type: "Acquire"
  /** The time that the operation has queued behind its client's earlier ones; absent: none. */
  readonly queued?: Micros
}

/** The client leaves the critical section. */
export interface Release {
  readonly type: "Release"
}

/** The node is in the critical section; its client may do its work, and then sends `Release`. */
export interface Granted {
  readonly type: "Granted"
}

/** The node had to leave the critical section before its client did; the client must stop at once. */
export interface Revoked {
  readonly type: "Revoked"
}

/** The node entered the critical section. */
export interface Entered {
  readonly type: "entered"
  /**
   * The key that orders entries: the logical timestamp of the request (in a tie, the lower id comes first), or a
   * fencing token. `null`: the algorithm promises no order.
   */
  readonly timestamp: number | null
}

/** The node left the critical section. */
export interface Left {
  readonly type: "left"
}

/** An external resource accepted a write that the node made in the critical section. */
export interface Wrote {
  readonly type: "wrote"
  /** The fencing token of the write, and that of the write before it; 0: there was none. */
  readonly token: number
  readonly after: number
}
