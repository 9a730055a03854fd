/**
 * Interventions: what somebody does to a run by hand, at a moment of it that is known to the event.
 *
 * Network, timers and clients act as ever between them. An intervention that is impossible when its time comes, such as the
 * loss of a message that is not under way, is left out: whoever takes one out of a list need not repair the others.
 */
import type { NodeId } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import { BEHAVIOURS } from "../faults/byzantine.ts"
import type { Addressed } from "./script.ts"

export interface Intervention {
  readonly at: Micros
  /** The number of events of that microsecond that come before it. Default: none. */
  readonly after?: number
  readonly act: Act
}

/** The behaviours of traitors that can be chosen by hand. */
export type NamedBehaviour = (typeof BEHAVIOURS)[number]

/** `nth` of an {@link Addressed} message counts those under way now, in the order in which they will arrive. */
export type Act =
  /** The message arrives now, arrives twice, or never. */
  | ({ readonly type: "deliver" | "duplicate" | "lose" } & Addressed)
  /** It arrives later than it would have. */
  | ({ readonly type: "delay"; readonly by: Micros } & Addressed)
  /** An armed timer runs out now. */
  | { readonly type: "timeout"; readonly node: NodeId; readonly timer: string; readonly key?: number }
  /** The process dies and stays down; boots; is stopped, its memory kept; continues; or dies and boots without its disk. */
  | { readonly type: NodeAct; readonly node: NodeId }
  | { readonly type: "traitor"; readonly node: NodeId; readonly behaviour: NamedBehaviour }
  /** A link is down in both directions, or no longer. */
  | { readonly type: "cut" | "mend"; readonly between: readonly [NodeId, NodeId] }
  /** All links between different sides are down; nodes on no side form one of their own. */
  | { readonly type: "partition"; readonly sides: readonly (readonly NodeId[])[] }
  /** All links that were cut by hand are mended. */
  | { readonly type: "heal" }
  /** A client has one operation more begin: at this node, where operations have one. */
  | { readonly type: "ask"; readonly node: NodeId }

export const NODE_ACTS = ["crash", "restart", "pause", "resume", "wipe"] as const
export type NodeAct = (typeof NODE_ACTS)[number]

/** Interventions in the order in which they are made. */
export function inOrder(interventions: readonly Intervention[]): readonly Intervention[] {
  return interventions.toSorted((a, b) => a.at - b.at || (a.after ?? 0) - (b.after ?? 0))
}
