/** Types of FloodSet: its one message, and the knowledge of a process. */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import type { Agreement, Value } from "../../services/agreement/shape.ts"
import type { Rounds } from "../common/rounds.ts"
import type { FloodSetParameters } from "./parameters.ts"

export interface FloodSet extends Shape {
  readonly parameters: FloodSetParameters
  readonly disk: object
  readonly state: State
  readonly message: Flood
  readonly timer: "round"
  readonly service: Agreement
}

export type Self = Node<FloodSet>

/** The inputs that a process knows, by the process that proposed them; null: not known (yet). */
export type Inputs = readonly (Value | null)[]

/** "In this round, I know these inputs." */
export interface Flood {
  readonly type: "Flood"
  readonly instance: number
  readonly round: number
  readonly inputs: Inputs
  /** Early deciding only: no live process knows more than this, so the sender decides in this round. */
  readonly decides: boolean
}

export interface State extends Rounds {
  /** The number of crashes to withstand. */
  readonly f: number
  /** The client that proposed here and waits for the decision. */
  client: ClientId | null
  /** W: what this process knows. */
  inputs: (Value | null)[]
  /** The processes heard in this round, including this one, and the number heard in the previous round (in round 0: all). */
  heard: NodeId[]
  heardBefore: number
  /** Early deciding: this process decides at the end of the current round; and: it will decide in the next one. */
  decides: boolean
  isCertain: boolean
  /** Optimised variant: it has sent the others two different inputs. */
  hasToldTwo: boolean
}
