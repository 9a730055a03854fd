/** Messages, disk and state of processes that checkpoint, and the rules of protocols that roll back to a line of checkpoints. */
import { invariant, type NodeId, type Purpose, type Release, type Shape } from "../../../runtime/contract/algorithm.ts"
import { duration, type ParameterValues } from "../../../runtime/contract/parameters.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Content } from "../../../services/recovery/program.ts"
import type { Begin, Output, Recovery } from "../../../services/recovery/shape.ts"
import type { Computer, Image, Process } from "./process.ts"

/** Parameters of all of them. */
export const recoveryParameters = {
  interval: duration("10s", "Time from the end of a checkpoint to the next.", {
    min: 1,
    title: "Time between checkpoints",
  }),
  retryInterval: duration(
    "max(250ms, 20d)",
    "A process that recovers resends to those that have not answered for this long.",
    { min: 1 },
  ),
} as const

/** A state interval of a process: its incarnation, and the messages it had received. */
export interface Interval {
  readonly incarnation: number
  readonly index: number
}

/** A message that was sent, kept by its sender. */
export interface SentMessage {
  readonly to: NodeId
  readonly content: Content
  /** State intervals that it depends on, by process; absent where protocols do not track them. */
  readonly depends?: readonly Interval[]
}

/** A message of the computation. */
export interface ApplicationMessage {
  readonly type: "Application"
  /** The number of recoveries before it: messages from before a recovery are dropped after it. */
  readonly epoch: number
  readonly content: Content
  /** Index of the sender's latest checkpoint; absent where the protocol does not send it. */
  readonly index?: number
}

export interface Checkpoint extends Image {
  /** 0: the initial state. */
  readonly index: number
  /** Entries of the log of sent messages that belong to it. */
  readonly kept: number
  /** Output that was yet to be committed. */
  readonly outputs: readonly Output[]
  /** Messages recorded in the channels to this process, by sender; null: not recorded, since senders log what they send. */
  readonly channels: readonly (readonly Content[])[] | null
  /** State intervals that it depends on, by process; absent where protocols do not track them. */
  readonly depends?: readonly Interval[]
}

/** Stable storage of a process that checkpoints. */
export interface KeeperDisk {
  /** Blocks of the checkpoint that is being written. */
  readonly blocks: number
  readonly checkpoints: Checkpoint[]
  /** Messages sent until the latest checkpoint. */
  readonly sent: SentMessage[]
}

export interface SaverDisk extends KeeperDisk {
  /** The number of the latest recovery: its round, and who initiated it. */
  readonly epoch: number
  /** Index of the latest checkpoint that is committed, where processes checkpoint together. */
  readonly committed: number
}

/** A state that a process can continue from. */
export interface Available {
  /** Of the checkpoint; `CURRENT`: the state in memory. */
  readonly index: number
  readonly sent: readonly number[]
  readonly received: readonly number[]
}

/** Stands for the state in memory, instead of an index. */
export const CURRENT = -1

export type RecoveryMessage =
  /** Stop, and report which states you have. */
  | { readonly type: "Stop"; readonly epoch: number }
  | {
      readonly type: "Stopped"
      readonly epoch: number
      readonly available: readonly Available[]
      readonly committed: number
    }
  /** The recovery line: an index for each process. */
  | { readonly type: "RollBack"; readonly epoch: number; readonly line: readonly number[] }
  | { readonly type: "RolledBack"; readonly epoch: number; readonly received: readonly number[] }
  /** All are in their states of the line, with these numbers of messages received from each: continue. */
  | { readonly type: "Resume"; readonly epoch: number; readonly received: readonly (readonly number[])[] }
  | Written

/** To itself: the disk has written. */
export interface Written {
  readonly type: "Written"
  readonly writing: number
}

export type SurveyMessage =
  /** Report which checkpoints you have. */
  | { readonly type: "Ask"; readonly epoch: number; readonly survey: number; readonly index: number }
  | {
      readonly type: "Stable"
      readonly epoch: number
      readonly survey: number
      readonly available: readonly Available[]
    }
  /** No recovery ever goes back beyond this line of checkpoints. */
  | { readonly type: "Safe"; readonly epoch: number; readonly line: readonly number[] }

/**
 * - `idle`: the computation has not begun
 * - `working`, or finished
 * - `writing` a checkpoint
 * - `blocked` until others have written theirs
 * - `stopped` by a recovery
 * - `loading` a checkpoint
 * - `logging` a message that it is about to receive
 * - `waiting` for a message that it has to receive before its step may end, as it did before it failed
 */
export type Mode = "idle" | "working" | "writing" | "blocked" | "stopped" | "loading" | "logging" | "waiting"

/** A checkpoint that is being written. */
export interface Writing {
  /** Distinguishes it from earlier ones that a recovery aborted. */
  readonly number: number
  readonly index: number
  readonly image: Image
  readonly outputs: readonly Output[]
  readonly isForced: boolean
  readonly depends?: readonly Interval[]
  /** Blocks to write after the one under way. */
  left: number
}

/** A recovery that this process has initiated. */
export interface Round {
  /** States that each process has, by its id, as far as they have answered. */
  readonly available: Map<NodeId, readonly Available[]>
  readonly committed: Map<NodeId, number>
  /** Chosen once all have answered. */
  line: readonly number[] | null
  /** Messages received in the states of the line. */
  readonly received: Map<NodeId, readonly number[]>
}

/** A question for the checkpoints of all. */
export interface Survey {
  readonly number: number
  readonly available: Map<NodeId, readonly Available[]>
}

/** Volatile state of a process that checkpoints. */
export interface KeeperState {
  readonly process: Process
  mode: Mode
  /** Messages sent since the latest checkpoint. */
  unsaved: SentMessage[]
  /** Output that is yet to be committed. */
  outputs: Output[]
  writing: Writing | null
  writings: number
}

export function newKeeperState(process: Process): KeeperState {
  return { process, mode: "idle", unsaved: [], outputs: [], writing: null, writings: 0 }
}

export interface SaverState extends KeeperState {
  epoch: number
  /** True if its state in memory is valid: it has not restarted since then. */
  hasCurrent: boolean
  /** Messages to be received when the process works. */
  readonly inbox: { readonly from: NodeId; readonly message: ApplicationMessage }[]
  /** Index of the checkpoint that is being loaded. */
  target: number
  /** True if it is in its state of the line, in the recovery that has stopped it. */
  isInLine: boolean
  round: Round | null
  survey: Survey | null
  surveys: number
}

export function newSaverState(process: Process, epoch: number): SaverState {
  return {
    ...newKeeperState(process),
    epoch,
    hasCurrent: true,
    inbox: [],
    target: 0,
    isInLine: false,
    round: null,
    survey: null,
    surveys: 0,
  }
}

/** The types of all these protocols, except messages. */
export interface SaverShape extends Shape {
  readonly parameters: ParameterValues<typeof recoveryParameters>
  readonly disk: SaverDisk
  readonly state: SaverState
  readonly timer: SaverTimer
  readonly service: Recovery
}

export type SaverTimer = "step" | "checkpoint" | "retry" | "loaded"

/** The part of a node that checkpoints need. */
export interface Keeper extends Computer {
  readonly disk: KeeperDisk
  readonly state: KeeperState
  send(to: NodeId, message: Written, purpose?: Purpose, release?: Release): void
  save(registers: Partial<KeeperDisk>): void
  append(log: "checkpoints" | "sent", entry: Checkpoint | SentMessage): void
  truncate(log: "checkpoints" | "sent", length: number): void
  discard(log: "checkpoints" | "sent", count: number): void
  report(fact: Recovery["fact"], release?: Release): void
}

/** The part of a node that the functions of rolling back need. */
export interface Saver extends Keeper {
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: { readonly interval: Micros; readonly retryInterval: Micros }
  readonly disk: SaverDisk
  readonly state: SaverState
  send(to: NodeId, message: ApplicationMessage | RecoveryMessage, purpose?: Purpose, release?: Release): void
  setTimer(name: SaverTimer, delay: Micros): void
  cancelTimer(name: SaverTimer): void
  save(registers: Partial<SaverDisk>): void
  reply(client: NodeId, reply: Output): void
}

/** The part of a node whose protocol asks all for their checkpoints. */
export interface Surveyor extends Saver {
  send(
    to: NodeId,
    message: ApplicationMessage | RecoveryMessage | SurveyMessage,
    purpose?: Purpose,
    release?: Release,
  ): void
}

/** The rules in which protocols differ. */
export interface Protocol<N> {
  /** The recovery line, by the states and the latest commits of all processes; null if there is none. */
  lineOf(available: readonly (readonly Available[])[], committed: readonly number[]): readonly number[] | null
  /** Called before a message is received. @returns false if that has to wait for a checkpoint */
  mayReceive?(node: N, message: ApplicationMessage): boolean
  /** A checkpoint is on the disk: the process is paused until it resumes work. */
  saved(node: N, checkpoint: Checkpoint, isForced: boolean): void
  /** Resends what others lack in their states. @param received by receiver, the messages that it has from each */
  resend(node: N, received: readonly (readonly number[])[]): void
  /** A recovery stops the process. */
  stopped?(node: N): void
  /** The process continues, first or after a recovery. */
  resumed(node: N): void
}

/** A message of one type. */
export type RecoveryMessageOf<Type extends RecoveryMessage["type"]> = RecoveryMessage & { readonly type: Type }
export type SurveyMessageOf<Type extends SurveyMessage["type"]> = SurveyMessage & { readonly type: Type }

/** The program, once the computation has begun. */
export function programOf({ state: { process } }: Computer) {
  invariant(process.program !== null, "the computation has begun")
  return process.program
}

export type { Begin }
