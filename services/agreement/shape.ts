/** The types of the `agreement` service: what the processes' clients ask, what nodes answer, what nodes report. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"

export interface Agreement {
  readonly request: Propose | Await
  readonly reply: Decision
  readonly fact: Decided
}

/** The value agreed on: an integer 0..k-1. In binary agreement 1 stands for ATTACK and 0 for RETREAT. */
export type Value = number

/** Proposes a value at the start of an instance. In the Byzantine generals problem the node is the commander. */
export interface Propose {
  readonly type: "Propose"
  /** Numbered from 1. Instances are independent of each other. */
  readonly instance: number
  readonly value: Value
}

/**
 * Announces an instance to a node that does not propose but is to decide, at the moment at which the others propose.
 * Synchronous algorithms start their rounds with it (the generals' "absence of a message can be detected").
 */
export interface Await {
  readonly type: "Await"
  readonly instance: number
  /** The node that proposes; the first one if there are more. */
  readonly commander: NodeId
}

/** Reports the decision to the client that proposed. Optional: the service uses the facts. */
export interface Decision {
  readonly type: "Decision"
  readonly instance: number
  readonly value: Value
}

/** The node decided, or learned the decision; once per instance (and once more after a reboot). */
export interface Decided {
  readonly type: "decided"
  readonly instance: number
  readonly value: Value
}
