/** A run as faults see it: everything that they may read or change. */
import type { ClientId, NodeId, Tagged } from "../contract/ids.ts"
import type { MortalClients } from "../contract/service.ts"
import type { Micros } from "../contract/units.ts"
import type { Random } from "../lib/random.ts"
import type { Links } from "../network/links.ts"
import type { Network } from "../network/network.ts"
import type { Behaviour } from "./byzantine.ts"
import type { UnderWay } from "./under-way.ts"

/** A node as faults see it. */
export interface FaultyNode {
  readonly up: boolean
  readonly paused: boolean
  /** Counts boots. */
  readonly incarnation: number
  /** The holds that keep it down, and those that keep it paused: it comes back when the last is released. */
  readonly downBy: Set<object>
  readonly pausedBy: Set<object>
  /** The faults under which its disk fails. */
  readonly diskFailures: ReadonlySet<object>
}

/** A crash in the middle of a broadcast. */
export interface BrokenBroadcast {
  /** The number of broadcasts that leave the node completely before this one; default 0. */
  readonly after?: number
  /** The number of the broadcast's messages that leave the node; all if there are fewer. */
  readonly kept: number
  /** Draws the receivers; absent: those with the lowest ids. */
  readonly random?: Random
  /** The receivers, instead of the two above. */
  readonly reached?: readonly NodeId[]
  /**
   * Called once, right after the crash. @param told the nodes to which a message was sent, in the order of their ids
   */
  readonly crashed?: (told: readonly NodeId[]) => void
}

/** A run as the kinds of faults see it. */
export interface FaultyRun {
  readonly scenario: {
    readonly nodes: number
    readonly duration: Micros
    readonly network: Network
  }
  /** Virtual time, and the end of the run, in microseconds. */
  readonly time: Micros
  readonly end: Micros
  /** Number of members of the group. */
  readonly size: number
  /** All processes by id, those of roles after the members. */
  readonly nodes: readonly FaultyNode[]
  readonly links: Links
  /** Faults of nodes under way, by kind: only used to word their ends. */
  readonly underWay: UnderWay

  /** `node 3`; for a role's process, its name: `server`. */
  nameOf(id: NodeId): string
  /** The clients of the service; undefined if they never die. */
  readonly clients: MortalClients | undefined

  /** The node that most live nodes believe to lead. */
  leader(): NodeId | undefined
  /** The node that most live nodes believe to hold an office. */
  holder(office: string): NodeId | undefined
  /** Sends a node a request from outside. */
  request(client: ClientId, to: NodeId, request: Tagged): void

  crash(id: NodeId, kept?: number): void
  /**
   * Has a node crash in the middle of a broadcast, the next one that leaves it or a later one, unless this is
   * cancelled.
   *
   * The handler's output before the broadcast, and its writes, take effect; of the broadcast some messages leave, and
   * later output does not. A broadcast that waits for a disk is broken when it leaves, not when it is made.
   *
   * @returns a function that cancels it, if it has not happened
   */
  crashInBroadcast(id: NodeId, broken: BrokenBroadcast): () => void
  restart(id: NodeId): void
  loseDisk(id: NodeId): void
  pause(id: NodeId): void
  resume(id: NodeId): void
  failDisk(id: NodeId, fault: object): void
  crashByDisk(id: NodeId): void
  repairDisk(id: NodeId, fault: object): boolean
  shiftClock(id: NodeId, by: Micros): void
  driftClock(id: NodeId, by: number): void
  corruptNode(id: NodeId, behaviour: Behaviour): void
  /** @returns a function that undoes it */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void
}
