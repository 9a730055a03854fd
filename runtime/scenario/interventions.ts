/**
 * Interventions: manual actions on a run, at a moment known to the event.
 *
 * Between them, network, timers and clients act as usual. An intervention that is impossible when its time comes, such
 * as the loss of a message that is not in flight, is skipped, so that removing one from a list does not invalidate the
 * others.
 */
import type { NodeId } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import { BEHAVIOURS } from "../faults/byzantine.ts"
import type { Addressed } from "./script.ts"

export interface Intervention {
  readonly at: Micros
  /** The number of events of that microsecond that precede it. Default: none. */
  readonly after?: number
  readonly act: Act
}

/** The behaviours of traitors that can be chosen by hand. */
export type NamedBehaviour = (typeof BEHAVIOURS)[number]

/** `nth` of an {@link Addressed} message counts the messages in flight at that time, in the order of arrival. */
export type Act =
  /** The message arrives now, arrives twice, or never. */
  | ({ readonly type: "deliver" | "duplicate" | "lose" } & Addressed)
  /** The message arrives later than it would have. */
  | ({ readonly type: "delay"; readonly by: Micros } & Addressed)
  /** An armed timer fires now. */
  | { readonly type: "timeout"; readonly node: NodeId; readonly timer: string; readonly key?: number }
  /**
   * The process dies and stays down; boots; is paused, keeping its memory; resumes; or dies and boots without its disk.
   */
  | { readonly type: NodeAct; readonly node: NodeId }
  | { readonly type: "traitor"; readonly node: NodeId; readonly behaviour: NamedBehaviour }
  /** A link is cut in both directions, or mended. */
  | { readonly type: "cut" | "mend"; readonly between: readonly [NodeId, NodeId] }
  /** All links between different sides are cut; nodes on no side form one more side. */
  | { readonly type: "partition"; readonly sides: readonly (readonly NodeId[])[] }
  /** All links that were cut by hand are mended. */
  | { readonly type: "heal" }
  /** A client begins one more operation, at this node if operations belong to nodes. */
  | { readonly type: "ask"; readonly node: NodeId }

export const NODE_ACTS = ["crash", "restart", "pause", "resume", "wipe"] as const
export type NodeAct = (typeof NODE_ACTS)[number]

/** Interventions in the order in which they are made. */
export function inOrder(interventions: readonly Intervention[]): readonly Intervention[] {
  return interventions.toSorted((a, b) => a.at - b.at || (a.after ?? 0) - (b.after ?? 0))
}
