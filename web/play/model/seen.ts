/** The view of a run at a moment, as plain types. */
import type { PURPOSES } from "../../../debugger/tracing/trace.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { SoFar } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Party } from "../../../runtime/scenario/script.ts"
import type { ArmedTimer } from "../../../runtime/simulation/nodes/timers.ts"

export interface SeenNode {
  readonly id: NodeId
  readonly name: string
  /** True for a process of a role rather than a member of the group. */
  readonly isRole: boolean
  readonly up: boolean
  readonly paused: boolean
  readonly isTraitor: boolean
  readonly role: string
  readonly rank: number
  readonly epoch: number | null
  /** The leader that it believes in. */
  readonly leader: NodeId | null
  readonly isInside: boolean
  /** Messages and timers that wait for it to resume. */
  readonly waiting: number
  readonly timers: readonly ArmedTimer[]
}

export interface SeenMessage {
  /** Constant for a message while it is in flight. */
  readonly key: string
  readonly message: string
  readonly from: Party
  readonly to: Party
  readonly nth: number
  readonly sent: Micros
  readonly arrives: Micros
  readonly content: object
  /** The number of its type in the trace. */
  readonly type: number
  readonly purpose: (typeof PURPOSES)[number]
}

export interface Sight {
  readonly now: Micros
  readonly nodes: readonly SeenNode[]
  readonly messages: readonly SeenMessage[]
  /** Links that are down, in either direction. */
  readonly cuts: readonly (readonly [NodeId, NodeId])[]
  readonly soFar: SoFar | undefined
  /** Messages between nodes so far: by purpose, and by type. */
  readonly sent: { readonly protocol: number; readonly heartbeat: number; readonly retransmission: number }
  readonly notices: readonly Notice[]
  readonly isOver: boolean
}

export interface Notice {
  readonly kind: "two leaders" | "two inside" | "violated" | "stalled" | "failed" | "over"
  readonly text: string
  /** True if something went wrong; otherwise it is only worth a look. */
  readonly isBad: boolean
}
