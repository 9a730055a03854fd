/**
 * Scripts: every step of a run, in its order, where a scenario leaves nothing to its network, its timers and its clients.
 *
 * In a scripted run nothing has a duration, unless it has ticks. What is sent waits until the script has it arrive, or for ever; timers run out
 * when the script says so; and clients are those of the service's form without time (`contract/untimed.ts`).
 */
import type { Algorithm, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import type { UntimedGroup } from "../contract/untimed.ts"
import { MILLISECOND, type Micros } from "../contract/units.ts"
import { contactsOf } from "../process/parts.ts"

/** Ticks: durations are whole numbers of them, a microsecond each, and clocks show how many have passed. */
export interface ScriptClock {
  /** Ticks for which a message is under way, at least and at most; without the latter, for ever. Runs do not look at them; checks do. */
  readonly minDelay: number
  readonly maxDelay?: number
}

export interface Script {
  /** Operations of all clients together. */
  readonly operations: number
  /** Nodes that do not follow the algorithm: what they say is in the steps. */
  readonly traitors?: readonly NodeId[]
  /** Absent: all durations are 0. */
  readonly clock?: ScriptClock
  readonly steps: readonly ScriptStep[]
  /** The step, from 1, from which on the steps lead back to where they began, so that they can be taken again for ever. */
  readonly repeatsFrom?: number
}

/** Who sends, and who gets a message. */
export type Party = { readonly node: NodeId } | { readonly client: ClientId }

/** A message that was sent: the one of its type from one to another that was sent first, second, ... of those. */
export interface Addressed {
  /** The type of a message, request or reply. */
  readonly message: string
  readonly from: Party
  readonly to: Party
  /** From 1. Default: the first one that is still on its way. */
  readonly nth?: number
}

export type ScriptStep =
  /** The message arrives; `as`: a traitor said this in its place. */
  | ({ readonly type: "deliver"; readonly as?: Tagged } & Addressed)
  /** It arrives, and is still on its way. */
  | ({ readonly type: "duplicate" } & Addressed)
  | ({ readonly type: "lose" } & Addressed)
  | { readonly type: "timeout"; readonly node: NodeId; readonly timer: string; readonly key?: number }
  /** The process dies. It is up again at once, with its disk (`restart`) or with a new one (`amnesia`), or never (`stop`). */
  | { readonly type: "crash"; readonly node: NodeId; readonly and: "restart" | "amnesia" | "stop" }
  /** A client does something of its own accord. */
  | { readonly type: "move"; readonly client: ClientId; readonly move: string }
  /** A tick passes. The clock of one process may count none, or two. */
  | { readonly type: "tick"; readonly node?: NodeId; readonly counts?: 0 | 2 }
  /** The operator asks a node to make these the voters. */
  | { readonly type: "change"; readonly node: NodeId; readonly members: readonly NodeId[] }

/** The span of virtual time that each step of a script has for itself. */
export const STEP: Micros = MILLISECOND

/** The duration of a run with so many steps. */
export function durationOf(steps: number): Micros {
  return (steps + 1) * STEP
}

/** The group of an algorithm, as services without time are opened for it. */
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

/** True if an algorithm has no timers but those at which its rounds end (`algorithms/common/rounds.ts`). */
export function isInRounds(algorithm: Algorithm): boolean {
  return algorithm.assumes?.timing === "synchronous" && Object.keys(algorithm.timeout).every(timer => timer === "round")
}
