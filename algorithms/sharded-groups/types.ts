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

/** Whoever takes part in a log: a member of its group, or the master of chains. */
export type Player = ShardNode | RoleNode<ShardedGroups, "master">

/** The logs of the groups, by number of the group. */
export type Logs = Hosted<Player, "log">

export interface Disk extends CarriedDisk<"log"> {
  /** Transactions that this process alone has decided to commit (`transactions: 2pc`), until all who take part have heard of it. */
  readonly decisions: readonly Decided[]
}

/** Volatile state. Arrays are by group; 0 is the controller's. */
export interface State {
  /** The state of this node in each group; null where it is no member. */
  readonly logs: (object | null)[]
  /** True of groups that this node leads, as it believes. */
  readonly leads: boolean[]
  /** The leader of each group, as far as this node knows; of one that it is in, as its log says. */
  readonly leaders: (NodeId | null)[]
  /** The number of its last request of its own. */
  sequence: number
  /** On the controller's leader: the map; null: not known yet. */
  map: ShardMap | null
  /** On leaders of groups: shards that leave, by the group that they leave and their number. */
  readonly leaving: Map<string, Leaving>
  /** On leaders of groups: shards that come, by number. */
  readonly coming: Map<number, Coming>
  /** Transactions that this process coordinates and that are not decided, by name. */
  readonly coordinated: Map<string, Coordinated>
  /** Decisions that some groups have not acknowledged, by name. */
  readonly announcing: Map<string, Telling>
  /** Decisions that everybody has: to be forgotten with the next one. */
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
  /** By group, the answers. Outcomes of one that is not prepared are those of an earlier attempt. */
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
  /** Who has told the decision and waits for an acknowledgement; null: nobody. */
  readonly teller: NodeId | null
  /** Ticks since then. */
  age: number
}

export interface Leaving {
  readonly move: MovingShard
  readonly chunks: readonly ShardData[]
  /** The number of the chunk that is under way; as many as there are: the other group has all. */
  next: number
}

export interface Coming {
  readonly number: number
  readonly chunks: ShardData[]
  /** True once the group has sent word to the controller that the shard is served here. */
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

/** From the coordinator of a transaction to a group that takes part: lock, and remember what is to be written. */
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
  /** Who waits for an acknowledgement; null: nobody. */
  readonly teller: NodeId | null
}

/** From a group that is prepared to the coordinator, or to the group that decides: what has become of it? */
export interface Outcome extends ToGroup {
  readonly type: "Outcome"
  readonly id: TransactionId
  /** Who asks. */
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

/** From a group to whoever told it: it has executed the decision. */
export interface TransactionAck {
  readonly type: "TransactionAck"
  readonly id: TransactionId
  readonly group: number
}

// --- To oneself: what a log has answered or reported is acted upon when its handler is done --------------------------

export type Continue =
  | { readonly type: "Leads"; readonly group: number }
  | { readonly type: "Answered"; readonly group: number; readonly answer: ShardAnswer }

/** Clients with numbers from here on are the groups themselves, one for each shard, and one for what concerns all. */
export const OWN: ClientId = 1 << 24

/**
 * Those that install shards, one for each as well. A log answers the latest command of a client alone: a group that is to install a
 * shard once more, as the source has not heard, and to hand it on would never learn that it is frozen.
 */
export const OWN_INSTALLS: ClientId = OWN + (1 << 11)

/** Those of transactions, beyond the shards': so many for each node that none is used twice in the time that a step takes. */
export const OWN_TRANSACTIONS: ClientId = OWN + (1 << 12)
export const SPREAD = 1 << 18
