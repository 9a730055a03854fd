/** The events that an observer of a run sees, in the order of virtual time. */
import type { ClientId, NodeId, Purpose, Tagged } from "../contract/algorithm.ts"
import type { OperationPhase } from "../contract/service.ts"
import type { FaultKind, FaultPhase } from "../faults/fault.ts"
import type { Micros } from "../contract/units.ts"

export type TraceEvent =
  | { readonly type: "boot"; readonly time: Micros; readonly node: NodeId }
  | {
      readonly type: "send"
      readonly time: Micros
      readonly node: NodeId
      readonly to: NodeId
      readonly message: Tagged
      readonly purpose: Purpose
    }
  | {
      readonly type: "deliver"
      readonly time: Micros
      readonly node: NodeId
      readonly from: NodeId
      readonly message: Tagged
    }
  | {
      readonly type: "drop"
      readonly time: Micros
      readonly node: NodeId
      readonly from: NodeId
      readonly message: Tagged
      readonly reason: DropReason
    }
  | {
      readonly type: "timeout"
      readonly time: Micros
      readonly node: NodeId
      readonly timer: string
      readonly key?: number
    }
  | {
      readonly type: "request"
      readonly time: Micros
      readonly node: NodeId
      readonly client: ClientId
      readonly request: Tagged
    }
  | {
      readonly type: "reply"
      readonly time: Micros
      readonly node: NodeId
      readonly client: ClientId
      readonly reply: object
    }
  /** A client sends a request; `request` is its arrival at the node. */
  | {
      readonly type: "ask"
      readonly time: Micros
      readonly node: NodeId
      readonly client: ClientId
      readonly request: Tagged
    }
  /** A client receives the reply that `reply` sent. */
  | {
      readonly type: "answer"
      readonly time: Micros
      readonly node: NodeId
      readonly client: ClientId
      readonly reply: object
    }
  /**
   * A client's operation begins, or ends: it succeeded, surely failed, or is unknown; `what`: the operation, when it
   * begins.
   */
  | {
      readonly type: "operation"
      readonly time: Micros
      readonly client: ClientId
      readonly phase: OperationPhase
      readonly what: object | null
    }
  /** A manual intervention that is not a fault; in the words of scenario files. */
  | { readonly type: "intervention"; readonly time: Micros; readonly what: string }
  /** A handler makes its first write to the node's disk. */
  | { readonly type: "write"; readonly time: Micros; readonly node: NodeId }
  | { readonly type: "fact"; readonly time: Micros; readonly node: NodeId; readonly fact: Tagged }
  | {
      readonly type: "fault"
      readonly time: Micros
      readonly kind: FaultKind
      readonly phase: FaultPhase
      /** In words. */
      readonly what: string
      readonly nodes: readonly NodeId[]
    }

/**
 * The reason why a message does not arrive: lost, damaged (wrong checksum), link cut, receiver down, or dropped by an
 * interceptor.
 */
export type DropReason = "lost" | "corrupted" | "cut" | "down" | "intercepted"

export type Observer = (event: TraceEvent) => void

/** Decides a message's fate in place of the network; `undefined` leaves it to the network. */
export type Interceptor = (from: NodeId, to: NodeId, message: Tagged) => "drop" | { readonly delay: Micros } | undefined
