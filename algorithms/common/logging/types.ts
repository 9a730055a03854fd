/** Parameters, messages, disk and state that protocols share that log what processes receive. */
import type { NodeId, Purpose, Release, Shape } from "../../../runtime/contract/algorithm.ts"
import type { ParameterValues } from "../../../runtime/contract/parameters.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Content } from "../../../services/recovery/program.ts"
import type { Output, Recovery } from "../../../services/recovery/shape.ts"
import { newKeeperDisk } from "../recovery/checkpoints.ts"
import { newProcess } from "../recovery/process.ts"
import {
  type Checkpoint,
  type Interval,
  type Keeper,
  type KeeperDisk,
  type KeeperState,
  newKeeperState,
  type recoveryParameters,
  type SentMessage,
  type Written,
} from "../recovery/types.ts"

/** A receipt: everything about it that is nondeterministic (Elnozahy et al. 2002, §4: the determinant of its delivery). */
export interface Determinant {
  readonly process: NodeId
  /** Place among the receipts of the process, from 0: the receive sequence number. */
  readonly place: number
  readonly from: NodeId
  /** Place among the messages from that sender: the send sequence number. */
  readonly number: number
  /** Steps that the process had taken before it. */
  readonly steps: number
}

/** A receipt with the message itself, as logs on disks have it. */
export interface Receipt {
  readonly place: number
  readonly from: NodeId
  readonly steps: number
  readonly content: Content
  /** State intervals that the message depends on, by process; absent where protocols do not track them. */
  readonly depends?: readonly Interval[]
}

/** A receipt that a process has to repeat. */
export interface Planned {
  readonly from: NodeId
  readonly number: number
  readonly steps: number
  /** Null: not here; its sender resends it. */
  readonly content: Content | null
  readonly depends?: readonly Interval[]
}

/** A message that has arrived. */
export interface Arrival {
  readonly from: NodeId
  readonly content: Content
  readonly depends?: readonly Interval[]
}

/** A process that has restarted reports which messages it has, and asks others for the same. */
export interface Restarted {
  readonly type: "Restarted"
  /** The time of the restart, by its own clock: identifies the query, so that answers to an earlier one are ignored. */
  readonly restart: Micros
  /** The number of messages that it has of each process. */
  readonly received: readonly number[]
}

/** An answer to a process that has restarted: the number of its messages that the sender has. */
export interface Known {
  readonly type: "Known"
  readonly restart: Micros
  readonly received: number
}

/** Stable storage of all of them. */
export interface LoggerDisk extends KeeperDisk {
  /** The number of steps taken before the latest committed output. */
  readonly reached: number
}

export function newLoggerDisk(processes: number): LoggerDisk {
  return { ...newKeeperDisk(processes), reached: 0 }
}

export interface LoggerState extends KeeperState {
  /** True if it has crashed before. */
  hasRestarted: boolean
  /** Receipts to be repeated before anything else is received. */
  plan: Planned[]
  /** Messages to be received after them, in order of arrival. */
  inbox: Arrival[]
  /** The number of this process's messages that each other process has; null: unknown, since it has restarted. */
  readonly known: (number | null)[]
  /** When it last restarted. */
  restart: Micros
  /** Processes that are yet to answer this one, which has restarted. */
  readonly unanswered: Set<NodeId>
  /** True once the checkpoint that it restarts from is in memory. */
  isLoaded: boolean
  /** True if a checkpoint is due. */
  isDue: boolean
}

export function newLoggerState(processes: number): LoggerState {
  return {
    ...newKeeperState(newProcess(processes)),
    hasRestarted: false,
    plan: [],
    inbox: [],
    known: Array.from({ length: processes }, () => 0),
    restart: 0,
    unanswered: new Set(),
    isLoaded: false,
    isDue: false,
  }
}

export type LoggerTimer = "step" | "checkpoint" | "retry" | "loaded"

/** The types of all logging protocols, except disks and messages. */
export interface LoggerShape extends Shape {
  readonly parameters: ParameterValues<typeof recoveryParameters>
  readonly state: LoggerState
  readonly timer: LoggerTimer
  readonly service: Recovery
}

/** The part of a node that the shared functions need. */
export interface Logger extends Keeper {
  readonly peers: readonly NodeId[]
  readonly parameters: ParameterValues<typeof recoveryParameters>
  readonly disk: LoggerDisk
  readonly state: LoggerState
  save(registers: Partial<LoggerDisk>): void
  reply(client: NodeId, reply: Output): void
  send(to: NodeId, message: Written, purpose?: Purpose, release?: Release): void
  setTimer(name: LoggerTimer, delay: number): void
  cancelTimer(name: LoggerTimer): void
}

/** The rules in which protocols differ. */
export interface Logging<N> {
  /** Hands a message to the network, with what the protocol adds to it. @returns determinants that travel with it */
  transmit(node: N, message: SentMessage, purpose?: Purpose): number
  /** The step just taken ends with a message. */
  send(node: N, message: SentMessage): void
  /** The step just taken ends with output to the outside world. */
  produce(node: N, output: Output): void
  /** True if a message that has arrived may be received; absent: always. */
  mayReceive?(node: N, arrival: Arrival): boolean
  /** Receives a message for the first time. */
  receive(node: N, arrival: Arrival): void
  /** A receipt has been repeated, as before the failure. */
  repeated?(node: N, arrival: Arrival): void
  /** True if it may checkpoint; absent: whenever it works. */
  mayCheckpoint?(node: N): boolean
  /** Begins a checkpoint with an index; absent: of the state alone. */
  takeCheckpoint?(node: N, index: number): void
  /** A checkpoint is on the disk. */
  saved(node: N, checkpoint: Checkpoint): void
  /** The process, which has crashed, begins to recover. */
  restart(node: N): void
  /** Asks another process what this one lacks after its restart. */
  ask(node: N, to: NodeId, purpose?: Purpose): void
  /** True if it has all that it needs to repeat its execution; absent: always, since that is on its disk. */
  isReady?(node: N): boolean
  /** It is about to repeat its execution. */
  ready?(node: N): void
  /** Present if others may depend on lost states: the protocol reports when none does any more. */
  readonly mayLeaveOrphans?: true
}
