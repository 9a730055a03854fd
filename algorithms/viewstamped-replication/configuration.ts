/**
 * Groups and their epochs (§7): who belongs to a group, how many of it may fail, and which replica is the primary of a view.
 *
 * The paper numbers views anew in each epoch, and sends both numbers. Here a view has one number for both, which orders
 * views across epochs: the epoch-number times a million, plus the paper's view-number.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"

/** The maximal number of views of an epoch: a view change takes several link delays, so no run reaches it. */
const VIEWS_PER_EPOCH = 1_000_000

/** The group of an epoch, and how it came to be (§7.1, Figure 4). It never changes. */
export interface Configuration {
  /** 0 is that of the founders. */
  readonly epoch: number
  /** Its replicas, ascending. */
  readonly members: readonly NodeId[]
  /** Those of the epoch before (old-config): new replicas get the state from them. */
  readonly old: readonly NodeId[]
  /** The op-number of the Reconfiguration that began it: all up to there was committed by the old group. */
  readonly start: number
  /** The view in which a primary made that request; with `start`, it identifies the configuration. */
  readonly madeIn: number
  /** The operator who asked for it, and the number of its request; null: the founders' group. */
  readonly operator: { readonly client: ClientId; readonly sequence: number } | null
}

/** The group that the first `initialMembers` nodes found; 0: all. */
export function foundersOf(size: number, initialMembers: number): Configuration {
  const count = initialMembers > 0 ? Math.min(initialMembers, size) : size
  const members = Array.from({ length: count }, (_, id) => id)
  return { epoch: 0, members, old: [], start: 0, madeIn: 0, operator: null }
}

// --- Views -----------------------------------------------------------------------------------------------------------

export function epochOf(view: number): number {
  return Math.floor(view / VIEWS_PER_EPOCH)
}

/** The view that an epoch begins with (§7.1.1, step 1). */
export function firstView(epoch: number): number {
  return epoch * VIEWS_PER_EPOCH
}

/** The primary of a view: the replicas of the group take turns (§4). */
export function primaryOf(view: number, members: readonly NodeId[]): NodeId {
  return members[(view % VIEWS_PER_EPOCH) % members.length]!
}

// --- Members ---------------------------------------------------------------------------------------------------------

/** The number of replicas of a group that may be failed at a time: the largest f with 2f+1 <= size (§4, §7.1). */
export function failuresOf(size: number): number {
  return Math.floor((size - 1) / 2)
}

/** True if an epoch leaves a replica out that was in the group before: it is being replaced (§7.1.2). */
export function isReplaced({ old, members }: Configuration, replica: NodeId): boolean {
  return old.includes(replica) && !members.includes(replica)
}

export function replacedBy(configuration: Configuration): readonly NodeId[] {
  return configuration.old.filter(replica => isReplaced(configuration, replica))
}

/** The replicas that were not in the group before. */
export function addedBy({ old, members }: Configuration): readonly NodeId[] {
  return members.filter(replica => !old.includes(replica))
}

export function sameMembers(some: readonly NodeId[], others: readonly NodeId[]): boolean {
  return some.length === others.length && some.every(replica => others.includes(replica))
}
