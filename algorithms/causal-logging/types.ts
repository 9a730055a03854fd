/** Parameters, messages, disk and state of causal logging. */
import type { Node, NodeId } from "../../runtime/contract/algorithm.ts"
import { integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Content } from "../../services/recovery/program.ts"
import type { Determinant, Known, LoggerDisk, LoggerShape, LoggerState, Restarted } from "../common/logging/types.ts"
import { recoveryParameters, type Written } from "../common/recovery/types.ts"

export const parameters = {
  ...recoveryParameters,
  f: integer(
    1,
    "Failures at the same time to survive: a determinant travels with messages until f+1 processes have it, or all.",
  ),
} as const

/** A determinant, and the processes that have it. */
export interface Carried {
  readonly determinant: Determinant
  readonly hosts: readonly NodeId[]
}

/** A determinant that this process has in its memory. */
export interface Hosted {
  readonly determinant: Determinant
  readonly hosts: Set<NodeId>
  /** True if it is also on the disk of this process. */
  isSaved: boolean
}

export interface Disk extends LoggerDisk {
  /** Determinants that the checkpoint depends on, or output that this process has committed. */
  readonly determinants: Determinant[]
}

export interface State extends LoggerState {
  hosted: Hosted[]
  /** Processes that wait for an answer of this one, with the time of their restart. */
  readonly asking: Map<NodeId, Micros>
  /** Processes that have also failed, and may not have recovered before this one. */
  readonly failed: Set<NodeId>
}

export type Message =
  /** A message of the computation. */
  | {
      readonly type: "Application"
      readonly content: Content
      /** Determinants that its content depends on, unless enough processes have them. */
      readonly determinants: readonly Carried[]
      /** The place of the first receipt that its sender may have to repeat. */
      readonly first: number
    }
  | Restarted
  /** An answer to a process that has restarted, with all determinants that the sender has. */
  | (Known & { readonly determinants: readonly Carried[] })
  | Written

export interface Causal extends LoggerShape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
}

export type CausalNode = Node<Causal>
