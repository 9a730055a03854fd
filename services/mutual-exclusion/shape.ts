/** The types of the `mutual-exclusion` service: what clients ask, what nodes answer, what nodes report. */
export interface MutualExclusion {
  readonly request: Acquire | Release
  readonly reply: Granted
  readonly fact: Entered | Left
}

/** Asks a node to enter the critical section for its client. While an earlier one waits, it changes nothing. */
export interface Acquire {
  readonly type: "Acquire"
}

/** The client leaves the critical section. */
export interface Release {
  readonly type: "Release"
}

/** The node is in the critical section; its client may do its work, and then sends `Release`. */
export interface Granted {
  readonly type: "Granted"
}

/** The node entered the critical section. */
export interface Entered {
  readonly type: "entered"
  /**
   * The order of entries: the logical timestamp of the request (ties: the lower id goes first), or a
   * fencing token. `null`: it promises no order.
   */
  readonly timestamp: number | null
}

/** The node left the critical section. */
export interface Left {
  readonly type: "left"
}
