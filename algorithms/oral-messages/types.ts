/** What the oral message algorithm is made of: its one message, and what a lieutenant remembers. */
import type { Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import type { Agreement, Value } from "../../services/agreement/shape.ts"
import type { OralMessagesParameters } from "./parameters.ts"

export interface OralMessages extends Shape {
  readonly parameters: OralMessagesParameters
  readonly disk: object
  readonly state: State
  readonly message: Oral
  readonly timer: "round"
  readonly service: Agreement
}

export type Self = Node<OralMessages>

/** "General path[k] told me that general path[k-1] told him that ... the commander path[0] said `value`." */
export interface Oral {
  readonly type: "Oral"
  readonly instance: number
  /** The commander, then everybody who relayed, the sender last. As long as the number of the round. */
  readonly path: readonly NodeId[]
  readonly value: Value
}

/** What a lieutenant was told in one (sub-)algorithm OM(k): the record follows the recursion. */
export interface Told {
  /** What its commander said; null: nothing. */
  value: Value | null
  /** For each of its lieutenants j, what was told in the OM(k-1) whose commander is j; null: nothing. */
  relayed: (Told | undefined)[] | null
}

export interface State {
  /** The number of traitors to withstand. */
  readonly m: number
  /** The instance that this general is a lieutenant in; 0: none. */
  instance: number
  commander: NodeId
  /** 1..m+1. */
  round: number
  /** What this lieutenant was told in OM(m). */
  told: Told
}
