/** A run as faults see it: what they may ask of it and do to it. */
import type { ClientId, NodeId, Tagged } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
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
  readonly size: number
  readonly nodes: readonly FaultyNode[]
  readonly links: Links
  /** Faults of nodes that last for a while, by kind: only for the words that tell of their ends. */
  readonly underWay: UnderWay

  /** The node that most live nodes believe to lead. */
  leader(): NodeId | undefined
  /** Sends a node a request from outside. */
  request(client: ClientId, to: NodeId, request: Tagged): void

  crash(id: NodeId, kept?: number): void
  restart(id: NodeId): void
  loseDisk(id: NodeId): void
  pause(id: NodeId): void
  resume(id: NodeId): void
  failDisk(id: NodeId, fault: object): void
  crashByDisk(id: NodeId): void
  mendDisk(id: NodeId, fault: object): boolean
  shiftClock(id: NodeId, by: Micros): void
  driftClock(id: NodeId, by: number): void
  corruptNode(id: NodeId, behaviour: Behaviour): void
  /** @returns takes it back */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void
}
