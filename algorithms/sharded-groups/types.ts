/** The types of sharded groups: state and messages. */
import type { ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import type { Carried, CarriedDisk, CarriedTimer, Hosted } from "../../runtime/contract/composition/composition.ts"
import type { MovingShard, ShardAnswer, ShardData, ShardMap } from "../../services/machines/shard-types.ts"
import type { ShardedStore } from "../../services/sharded-store/shape.ts"
import type { ShardedParameters } from "./parameters.ts"

export interface ShardedGroups extends Shape {
  readonly parameters: ShardedParameters
  readonly disk: CarriedDisk<"log">
  readonly state: State
  readonly message: Carried<"log"> | Step | Continue
  readonly timer: CarriedTimer<"log"> | "retry"
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
  /** On leaders of groups: shards that leave, by number. */
  readonly leaving: Map<number, Leaving>
  /** On leaders of groups: shards that come, by number. */
  readonly coming: Map<number, Coming>
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

export type Step = Move | Chunk | ChunkAck | Installed | Owned

// --- To oneself: what a log has answered or reported is acted upon when its handler is done --------------------------

export type Continue =
  | { readonly type: "Leads"; readonly group: number }
  | { readonly type: "Answered"; readonly group: number; readonly answer: ShardAnswer }

/** Clients with numbers from here on are the groups themselves, one for each shard, and one for what concerns all. */
export const OWN: ClientId = 1 << 24
