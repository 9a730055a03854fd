/** Types of the oral message algorithm: its one message, and the memory of a lieutenant. */
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

/** The values that a lieutenant received in one (sub-)algorithm OM(k): the record follows the recursion. */
export interface Told {
  /** The value of its commander; null: none. */
  value: Value | null
  /** For each of its lieutenants j, the values received in the OM(k-1) whose commander is j; null: none. */
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
  /** The values that this lieutenant received in OM(m). */
  told: Told
}
