/**
 * A trace: everything that happened in a run, in columns, as the trace page draws it and trace files store it.
 *
 * An event is one call of an observer of the run. A step is what a debugger would call one: an event on which a node
 * acts (a message arrives, a timer fires), with everything that its handler did; or a fault, or a client's move.
 * Columns of one table have the same length, and -1 stands for "none".
 */
import type { ClientId, NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import { firstWhere } from "../../runtime/lib/search.ts"
import { type RolePlace, roleNameOf } from "../../runtime/process/parts.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import type { OperationPhase } from "../../runtime/contract/service.ts"
import type { FaultKind } from "../../runtime/faults/fault.ts"
import type { Micros } from "../../runtime/contract/units.ts"

export type EventKind = TraceEvent["type"]

/** Event kinds by their number in the column `kind`. */
export const EVENT_KINDS = [
  "boot",
  "send",
  "deliver",
  "drop",
  "timeout",
  "request",
  "reply",
  "ask",
  "answer",
  "operation",
  "write",
  "fact",
  "fault",
  "intervention",
] as const satisfies readonly EventKind[]

/** The fates of messages, by their number in the column `fate`. `duplicate`: a second copy that arrived. */
export const FATES = ["in flight", "arrived", "duplicate", "lost", "cut", "down", "intercepted", "corrupted"] as const
export type Fate = (typeof FATES)[number]

/** The content of a message, request, fact or operation: plain data, or its text in a stored trace. */
export type Content = object | string | null

export interface Events {
  readonly time: Micros[]
  /** Number in {@link EVENT_KINDS}. */
  readonly kind: number[]
  /** The node at which it happens; for an operation, the client. */
  readonly node: number[]
  /**
   * The number of its subject: the message of a send, deliver, drop, ask, request, reply or answer; the timer; the
   * fact; the fault or intervention; the operation that begins, or -2 - the one that ends.
   */
  readonly about: number[]
  readonly step: number[]
}

export interface Messages {
  /** Number in `Trace.types`. */
  readonly type: number[]
  /** A node, or -1 - client. */
  readonly from: number[]
  readonly to: number[]
  readonly sent: Micros[]
  /** The time of arrival or drop; -1: still in flight when the run ended. */
  readonly ended: Micros[]
  /** Number in {@link FATES}. */
  readonly fate: number[]
  /** Number in {@link PURPOSES}. */
  readonly purpose: number[]
  /** The steps in which it was sent and in which it ended. */
  readonly sentIn: number[]
  readonly endedIn: number[]
  /** For messages between clients and nodes: the operation that they serve. */
  readonly operation: number[]
  readonly content: Content[]
}

/** Purposes by their number; `client` for messages between clients and nodes. */
export const PURPOSES = ["protocol", "heartbeat", "retransmission", "client"] as const satisfies readonly (
  | Purpose
  | "client"
)[]

/** The standing of a node over a span of time. */
export interface Band {
  readonly node: NodeId
  readonly from: Micros
  to: Micros
  readonly role: string
  /** As in `Standing`. */
  readonly rank: number
  readonly epoch: number | null
  /** The leader that it believes in. */
  readonly leader: NodeId | null
}

/** A span in which a node does not run, or runs in isolation. */
export interface Trouble {
  readonly kind: "down" | "paused" | "traitor"
  readonly node: NodeId
  readonly from: Micros
  to: Micros
}

/** A span in which some nodes cannot reach each other. */
export interface Division {
  readonly from: Micros
  to: Micros
  /** The sets of nodes that can reach each other in both directions, the one with the lowest node first. */
  readonly groups: readonly (readonly NodeId[])[]
}

/** A fault that lasts, from its beginning to its end. */
export interface FaultSpan {
  readonly kind: FaultKind
  readonly what: string
  /** Empty if it hits links. */
  readonly nodes: readonly NodeId[]
  readonly from: Micros
  to: Micros
}

export interface Operation {
  readonly client: ClientId
  readonly begun: Micros
  ended: Micros
  ending: Exclude<OperationPhase, "begun"> | null
  readonly content: Content
}

export interface FaultNote {
  readonly time: Micros
  readonly what: string
  readonly nodes: readonly NodeId[]
  readonly step: number
}

/** An event that a user may want to jump to. */
export interface Milestone {
  readonly kind: "leader" | "entered" | "decided" | "fault" | "violation"
  readonly time: Micros
  readonly step: number
  /** -1: no particular node. */
  readonly node: NodeId
  readonly text: string
}

export interface Trace {
  /** Number of processes: of the group's members, and after them of roles. */
  readonly nodes: number
  /** The roles of the algorithm; absent if it has none. */
  readonly roles?: readonly RolePlace[]
  readonly warmup: Micros
  /** The time at which clients stop beginning operations, and the time of the last event. */
  readonly duration: Micros
  end: Micros
  /** The typical delay of messages between nodes: a lost message is drawn as if it had travelled that long. */
  typicalDelay: Micros
  /** Types of messages, requests and replies. */
  readonly types: string[]
  readonly timers: string[]
  readonly events: Events
  /** The first event of each step. */
  readonly steps: number[]
  readonly messages: Messages
  readonly facts: Content[]
  readonly operations: Operation[]
  readonly faults: FaultNote[]
  readonly bands: Band[]
  readonly troubles: Trouble[]
  readonly divisions: Division[]
  readonly faultSpans: FaultSpan[]
  readonly milestones: Milestone[]
  /** The number of events kept, if later ones were left out. */
  isCut: boolean
}

/** `node 2`; for a process of a role, its name. */
export function nodeName({ roles }: Trace, node: NodeId): string {
  return roleNameOf(roles ?? [], node) ?? `node ${node}`
}

export function kindOf(trace: Trace, event: number): EventKind {
  return EVENT_KINDS[trace.events.kind[event]!]!
}

export function fateOf(trace: Trace, message: number): Fate {
  return FATES[trace.messages.fate[message]!]!
}

/** The client that a negative number in a column denotes. */
export function clientOf(end: number): ClientId {
  return -1 - end
}

/** The last step that began at or before a time; 0 before the first. */
export function stepAt(trace: Trace, time: Micros): number {
  const { steps, events } = trace
  return Math.max(0, firstWhere(steps.length, step => events.time[steps[step]!]! > time) - 1)
}

/** The node whose handler a step called, and whether that was a boot; `undefined`: no node. */
export function actingIn(trace: Trace, step: number): { readonly node: NodeId; readonly boots: boolean } | undefined {
  const first = trace.steps[step]
  if (first === undefined) return undefined
  const kind = kindOf(trace, first)
  if (kind !== "boot" && kind !== "deliver" && kind !== "timeout" && kind !== "request") return undefined
  return { node: trace.events.node[first]!, boots: kind === "boot" }
}
