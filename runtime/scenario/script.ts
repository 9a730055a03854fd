/**
 * Scripts: every step of a run in order, if a scenario leaves nothing to network, timers and clients.
 *
 * In a scripted run nothing has a duration, unless it has ticks. Messages wait until the script delivers them, or
 * forever; timers fire when the script says so; and clients are those of the service's form without time
 * (`contract/untimed.ts`).
 */
import type { Algorithm, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import type { UntimedGroup } from "../contract/untimed.ts"
import { MILLISECOND, type Micros } from "../contract/units.ts"
import { contactsOf } from "../process/parts.ts"

/** Ticks: durations are whole numbers of ticks, of a microsecond each, and clocks show the number of ticks passed. */
export interface ScriptClock {
  /**
   * Minimum and maximum ticks for which a message is in flight; without a maximum, possibly forever. Used by checks,
   * not by runs.
   */
  readonly minDelay: number
  readonly maxDelay?: number
}

export interface Script {
  /** Operations of all clients together. */
  readonly operations: number
  /** Nodes that do not follow the algorithm: their messages are in the steps. */
  readonly traitors?: readonly NodeId[]
  /** Absent: all durations are 0. */
  readonly clock?: ScriptClock
  readonly steps: readonly ScriptStep[]
  /**
   * The first step, from 1, of a loop: the steps from there on lead back to their initial state, and can be repeated
   * forever.
   */
  readonly repeatsFrom?: number
}

/** The sender or receiver of a message. */
export type Party = { readonly node: NodeId } | { readonly client: ClientId }

/** A message that was sent: the n-th of its type from one party to another. */
export interface Addressed {
  /** The type of a message, request or reply. */
  readonly message: string
  readonly from: Party
  readonly to: Party
  /** From 1. Default: the first that is still in flight. */
  readonly nth?: number
}

export type ScriptStep =
  /** The message arrives; `as`: a traitor's message in its place. */
  | ({ readonly type: "deliver"; readonly as?: Tagged } & Addressed)
  /** The message arrives, and a copy stays in flight. */
  | ({ readonly type: "duplicate" } & Addressed)
  | ({ readonly type: "lose" } & Addressed)
  | { readonly type: "timeout"; readonly node: NodeId; readonly timer: string; readonly key?: number }
  /** The process dies. It boots at once, with its disk (`restart`) or a new one (`amnesia`), or never (`stop`). */
  | { readonly type: "crash"; readonly node: NodeId; readonly and: "restart" | "amnesia" | "stop" }
  /** A client makes one of its moves. */
  | { readonly type: "move"; readonly client: ClientId; readonly move: string }
  /** A tick passes. One process's clock may count none, or two. */
  | { readonly type: "tick"; readonly node?: NodeId; readonly counts?: 0 | 2 }
  /** The operator asks a node to make these the voters. */
  | { readonly type: "change"; readonly node: NodeId; readonly members: readonly NodeId[] }

/** The span of virtual time of each step of a script. */
export const STEP: Micros = MILLISECOND

/** The duration of a run with this many steps. */
export function durationOf(steps: number): Micros {
  return (steps + 1) * STEP
}

/** The group for which the services of an algorithm are opened without time. */
export function untimedGroup(
  algorithm: Algorithm,
  size: number,
  parameters: object,
  operations: number,
  traitors: readonly NodeId[] = [],
): UntimedGroup {
  return {
    size,
    contacts: contactsOf(algorithm, size, parameters),
    operations,
    oneLeaderPerEpoch: algorithm.oneLeaderPerEpoch === true,
    inRounds: isInRounds(algorithm),
    traitors,
  }
}

/** True if an algorithm's only timers are those that end its rounds (`algorithms/common/rounds.ts`). */
export function isInRounds(algorithm: Algorithm): boolean {
  return algorithm.assumes?.timing === "synchronous" && Object.keys(algorithm.timeout).every(timer => timer === "round")
}
