/** Parameters, messages, disk and state that protocols share which log what processes receive. */
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

/** A receipt: everything about it that is left to chance (Elnozahy et al. 2002, §4: the determinant of its delivery). */
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
  /** Null: its sender sends it again. */
  readonly content: Content | null
  readonly depends?: readonly Interval[]
}

/** A message that has arrived. */
export interface Arrival {
  readonly from: NodeId
  readonly content: Content
  readonly depends?: readonly Interval[]
}

/** A process that has restarted asks for what it lacks, and answers to the same question of others. */
export interface Restarted {
  readonly type: "Restarted"
  /** When it restarted, by its own clock: answers to an earlier question are none to this one. */
  readonly restart: Micros
  /** Messages that it has of each process. */
  readonly received: readonly number[]
}

/** An answer to a process that has restarted: the messages that the sender has of it. */
export interface Known {
  readonly type: "Known"
  readonly restart: Micros
  readonly received: number
}

/** Stable storage of all of them. */
export interface LoggerDisk extends KeeperDisk {
  /** Steps taken before the latest output that was committed. */
  readonly reached: number
}

export function newLoggerDisk(processes: number): LoggerDisk {
  return { ...newKeeperDisk(processes), reached: 0 }
}

export interface LoggerState extends KeeperState {
  /** It has crashed before. */
  hasRestarted: boolean
  /** Receipts to be repeated before anything else is received. */
  plan: Planned[]
  /** Messages to be received after them, in the order in which they came. */
  inbox: Arrival[]
  /** Messages that each other process has of this one; null: it has restarted since, and is yet to be told. */
  readonly known: (number | null)[]
  /** When it last restarted. */
  restart: Micros
  /** Processes that are yet to answer this one, which has restarted. */
  readonly unanswered: Set<NodeId>
  /** The checkpoint that it has restarted from is in memory. */
  isLoaded: boolean
  /** It is time for a checkpoint. */
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

/** The types of all of them, but for disks and messages. */
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
  /** Gives a message to the network, with what the protocol adds to it. @returns determinants that travel with it */
  transmit(node: N, message: SentMessage, purpose?: Purpose): number
  /** The step just taken ends with a message. */
  send(node: N, message: SentMessage): void
  /** It ends with output to the outside world. */
  produce(node: N, output: Output): void
  /** A message that has arrived may be received; absent: always. */
  mayReceive?(node: N, arrival: Arrival): boolean
  /** Receives a message for the first time. */
  receive(node: N, arrival: Arrival): void
  /** It has received a message again, as before it failed. */
  repeated?(node: N, arrival: Arrival): void
  /** It may checkpoint; absent: whenever it works. */
  mayCheckpoint?(node: N): boolean
  /** Begins a checkpoint with an index; absent: of the state alone. */
  takeCheckpoint?(node: N, index: number): void
  /** A checkpoint is on the disk. */
  saved(node: N, checkpoint: Checkpoint): void
  /** The process, which has crashed, begins to recover. */
  restart(node: N): void
  /** Asks another process what this one lacks after its restart. */
  ask(node: N, to: NodeId, purpose?: Purpose): void
  /** It has all that it needs to repeat its execution; absent: it has it on its disk. */
  isReady?(node: N): boolean
  /** It is about to repeat its execution. */
  ready?(node: N): void
  /** Others may depend on what it has lost: it reports when none does any more. */
  readonly mayLeaveOrphans?: true
}
