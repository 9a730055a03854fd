/** The types of sharded groups: state and messages. */
import type { TransactionPart } from "../../services/machines/transaction-actions.ts"
import type { ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import type { Carried, CarriedDisk, CarriedTimer, Hosted } from "../../runtime/contract/composition/composition.ts"
import type { MovingShard, ShardAnswer, ShardData, ShardMap } from "../../services/machines/shard-types.ts"
import type { Decided, OperationOutcome, Refusal, TransactionId } from "../../services/machines/transaction-types.ts"
import type { ShardedStore } from "../../services/sharded-store/shape.ts"
import type { ShardedParameters } from "./parameters.ts"

export interface ShardedGroups extends Shape {
  readonly parameters: ShardedParameters
  readonly disk: Disk
  readonly state: State
  readonly message: Carried<"log"> | Step | Vote | TransactionAck | Continue
  readonly timer: CarriedTimer<"log"> | "retry" | "transactions"
  readonly service: ShardedStore
  readonly roles: {
    readonly master: {
      readonly disk: CarriedDisk<"log">
      readonly state: { readonly logs: readonly object[] }
      readonly message: Carried<"log">
      readonly timer: CarriedTimer<"log">
    }
  }
}

export type ShardNode = Node<ShardedGroups>

/** A participant in a log: a member of its group, or the master of chains. */
export type Player = ShardNode | RoleNode<ShardedGroups, "master">

/** The logs of the groups, by number of the group. */
export type Logs = Hosted<Player, "log">

export interface Disk extends CarriedDisk<"log"> {
  /**
   * Transactions that this process alone has decided to commit (`transactions: 2pc`), until all participants have
   * acknowledged it.
   */
  readonly decisions: readonly Decided[]
}

/** Volatile state. Arrays are by group; 0 is the controller's. */
export interface State {
  /** The state of this node in each group; null where it is no member. */
  readonly logs: (object | null)[]
  /** True of groups that this node leads, as it believes. */
  readonly leads: boolean[]
  /** The leader of each group, as far as this node knows; for its own groups, according to their logs. */
  readonly leaders: (NodeId | null)[]
  /** The sequence number of its own last request. */
  sequence: number
  /** On the controller's leader: the map; null if not known yet. */
  map: ShardMap | null
  /** On leaders of groups: outgoing shards, by group and shard number. */
  readonly leaving: Map<string, Leaving>
  /** On leaders of groups: incoming shards, by number. */
  readonly coming: Map<number, Coming>
  /** Undecided transactions that this process coordinates, by name. */
  readonly coordinated: Map<string, Coordinated>
  /** Decisions that some groups have not acknowledged, by name. */
  readonly announcing: Map<string, Telling>
  /** Decisions that all have acknowledged: dropped from log or disk with the next decision. */
  readonly done: TransactionId[]
  /** On leaders of groups: transactions that the group is prepared for, by group and name. */
  readonly doubts: Map<string, Doubt>
  /** True if the timer of transactions is set. */
  isWatching: boolean
}

export interface Coordinated {
  readonly id: TransactionId
  readonly client: ClientId
  readonly session: ClientId
  readonly sequence: number
  /** In the order of its operations. */
  readonly keys: readonly string[]
  /** By group. */
  readonly parts: Map<number, readonly TransactionPart[]>
  /** The answers, by group. The outcomes of a group that is not prepared are those of an earlier attempt. */
  readonly votes: Map<number, { readonly outcomes: readonly OperationOutcome[]; readonly isPrepared: boolean }>
  /** `deciding`: the log of the group has it. `aborted`: some have not answered yet. */
  phase: "preparing" | "deciding" | "aborted"
  /** Ticks since it began. */
  age: number
}

interface Telling {
  readonly id: TransactionId
  readonly isCommitted: boolean
  unacknowledged: readonly number[]
}

interface Doubt {
  readonly id: TransactionId
  readonly group: number
  /** The node that announced the decision and waits for an acknowledgement; null: none. */
  readonly teller: NodeId | null
  /** Ticks since then. */
  age: number
}

export interface Leaving {
  readonly move: MovingShard
  readonly chunks: readonly ShardData[]
  /** The number of the chunk in flight; if equal to the number of chunks, the other group has them all. */
  next: number
}

export interface Coming {
  readonly number: number
  readonly chunks: ShardData[]
  /** True once the group has reported to the controller that it serves the shard. */
  isInstalled: boolean
}

// --- Messages between groups: each to the leader of a group, from that of another one --------------------------------

interface ToGroup {
  /** The group that it is for. */
  readonly to: number
  /** Times that it was forwarded to a leader. */
  readonly hops: number
}

/** From the controller to the source: the shard is to move. */
export interface Move extends ToGroup {
  readonly type: "Move"
  readonly move: MovingShard
}

/** From the source to the destination: contents of a shard, in order; the next one once this one is acknowledged. */
export interface Chunk extends ToGroup {
  readonly type: "Chunk"
  readonly move: MovingShard
  readonly place: number
  readonly count: number
  readonly data: ShardData
}

/** From the destination: the number of the chunk that it needs next. */
export interface ChunkAck extends ToGroup {
  readonly type: "ChunkAck"
  readonly move: MovingShard
  readonly next: number
}

/** From the destination to the controller: the shard is served there. */
export interface Installed extends ToGroup {
  readonly type: "Installed"
  readonly move: MovingShard
}

/** From the controller to source and destination: the move is done. */
export interface Owned extends ToGroup {
  readonly type: "Owned"
  readonly move: MovingShard
}

/** From the coordinator of a transaction to a participant: lock, and keep the writes for later. */
export interface Prepare extends ToGroup {
  readonly type: "Prepare"
  readonly id: TransactionId
  readonly session: ClientId
  readonly sequence: number
  readonly parts: readonly TransactionPart[]
}

/** From the coordinator to a group that is prepared. */
export interface Decision extends ToGroup {
  readonly type: "Decision"
  readonly id: TransactionId
  readonly isCommitted: boolean
  /** The node that waits for an acknowledgement; null: none. */
  readonly teller: NodeId | null
}

/** From a prepared group to the coordinator, or to the group that decides: asks for the outcome. */
export interface Outcome extends ToGroup {
  readonly type: "Outcome"
  readonly id: TransactionId
  /** The group that asks. */
  readonly group: number
}

export type Step = Move | Chunk | ChunkAck | Installed | Owned | Prepare | Decision | Outcome

/** From a group to the coordinator: it is prepared, or cannot be. */
export interface Vote {
  readonly type: "Vote"
  readonly id: TransactionId
  readonly group: number
  readonly outcomes: readonly OperationOutcome[]
  /** Null: it is prepared. */
  readonly refusal: Refusal | null
}

/** From a group to the node that announced the decision: it has executed it. */
export interface TransactionAck {
  readonly type: "TransactionAck"
  readonly id: TransactionId
  readonly group: number
}

// --- To oneself: what a log has answered or reported is acted upon when its handler is done --------------------------

export type Continue =
  | { readonly type: "Leads"; readonly group: number }
  | { readonly type: "Answered"; readonly group: number; readonly answer: ShardAnswer }

/** Client numbers from here on belong to the groups themselves: one for each shard, and one for requests about all shards. */
export const OWN: ClientId = 1 << 24

/**
 * Client numbers for installing shards, also one for each. A log answers only the latest command of a client: with shared
 * numbers, a group that reinstalls a shard because the source missed the answer, while it also moves the shard away, would
 * never learn that it is frozen.
 */
export const OWN_INSTALLS: ClientId = OWN + (1 << 11)

/** Client numbers of transactions, beyond those of shards: enough for each node that none is reused while a step is pending. */
export const OWN_TRANSACTIONS: ClientId = OWN + (1 << 12)
export const SPREAD = 1 << 18
