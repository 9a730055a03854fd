/** Types of the signed message algorithm: its one message, and the memory of a lieutenant. */
import type { Node, NodeId, Shape, Signature } from "../../runtime/contract/algorithm.ts"
import type { Agreement, Value } from "../../services/agreement/shape.ts"
import type { Rounds } from "../common/rounds.ts"
import type { SignedMessagesParameters } from "./parameters.ts"

export interface SignedMessages extends Shape {
  readonly parameters: SignedMessagesParameters
  readonly disk: object
  readonly state: State
  readonly message: Order
  readonly timer: "round"
  readonly service: Agreement
}

export type Self = Node<SignedMessages>

/** The paper's v : 0 : j1 : ... : jk, an order with the signatures of all generals that it passed. */
export interface Order {
  readonly type: "Order"
  readonly instance: number
  readonly value: Value
  /** The commander first, the sender last. */
  readonly signers: readonly NodeId[]
  /** Each signs the order as it received it: see {@link Signed}. */
  readonly signatures: readonly Signature[]
}

/** The content that a general signs: the order with the signatures that are on it already. */
export type Signed = Omit<Order, "type">

export interface State extends Rounds {
  /** The number of traitors to withstand. */
  readonly m: number
  commander: NodeId
  /** V_i: the properly signed orders received so far. */
  values: Value[]
  /** Orders that came in this round and are to be signed and relayed in the next one. */
  fresh: Order[]
}
