/** A run as faults see it: what they may ask of it and do to it. */
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
  /** Everything that keeps it down, and that keeps it stopped: it comes back when the last of them is over. */
  readonly downBy: Set<object>
  readonly pausedBy: Set<object>
  /** The faults under which its disk fails. */
  readonly diskFailures: ReadonlySet<object>
}

/** A crash in the middle of a broadcast. */
export interface BrokenBroadcast {
  /** Broadcasts that leave the node whole before this one; default 0. */
  readonly after?: number
  /** The number of the broadcast's messages that leave the node; all if there are fewer. */
  readonly kept: number
  /** Draws to whom these go; without it, to the first by their ids. */
  readonly random?: Random
  /** To whom messages leave, in place of the two above. */
  readonly reached?: readonly NodeId[]
  /** Called once, right after the crash. @param told whom a message is on its way to, in the order of their ids */
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
  /** Faults of nodes that last for a while, by kind: only for the words about their ends. */
  readonly underWay: UnderWay

  /** `node 3`; for a process of a role the name of that: `server`. */
  nameOf(id: NodeId): string
  /** The clients of the service; undefined where they never die. */
  readonly clients: MortalClients | undefined

  /** The node that most live nodes believe to lead. */
  leader(): NodeId | undefined
  /** The node that holds an office, as most live nodes believe. */
  holder(office: string): NodeId | undefined
  /** Sends a node a request from outside. */
  request(client: ClientId, to: NodeId, request: Tagged): void

  crash(id: NodeId, kept?: number): void
  /**
   * Has a node crash in the middle of a broadcast: the next one that leaves it, or a later one, unless it is called off.
   *
   * What its handler said before the broadcast, and what it wrote, is done; some of the broadcast's messages leave, and
   * nothing that it said afterwards. A broadcast that waits for a disk is broken when it leaves, not when it is made.
   *
   * @returns calls it off, if it has not happened
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
  /** @returns takes it back */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void
}
