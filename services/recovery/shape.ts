/** The types of the `recovery` service: the computation given to nodes, its output, and the facts that nodes report. */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Content, Program } from "./program.ts"

export interface Recovery {
  readonly request: Begin
  readonly reply: Output
  readonly fact: Fact
}

/** Starts the process of a node, at the beginning and after each crash: programs survive crashes, states do not. */
export interface Begin {
  readonly type: "Begin"
  readonly program: Program
}

/** Output that a process commits to the outside world, which never takes it back. */
export interface Output {
  readonly type: "Output"
  /** Place among the outputs of the process, from 0. The outside world ignores repetitions. */
  readonly number: number
  readonly digest: number
}

export type Fact = Sent | Received | Produced | Restored | Recovered | Settled | Stored | Progress | Finished

/** Sent a message. */
export interface Sent extends Content {
  readonly type: "sent"
  readonly to: NodeId
  /** True if it is not transmitted: the process is replaying, and the receiver has the message. */
  readonly isSuppressed: boolean
  /** Determinants piggybacked on it; absent: none. */
  readonly determinants?: number
}

/** Produced output, which is yet to be committed. */
export interface Produced {
  readonly type: "produced"
  readonly number: number
}

/** Received a message: the process acts on it, for the first time or again. */
export interface Received extends Content {
  readonly type: "received"
  readonly from: NodeId
}

/**
 * Restored the state of a checkpoint, which is given by the numbers of messages sent to and received from each process.
 */
export interface Restored {
  readonly type: "restored"
  readonly sent: readonly number[]
  readonly received: readonly number[]
  /** Work that the restored state has behind it. */
  readonly progress: Micros
  /** Later checkpoints that are discarded. */
  readonly discarded: number
  /** True if it is the initial state. */
  readonly isInitial: boolean
}

/** A recovery is over: the computation continues. */
export interface Recovered {
  readonly type: "recovered"
  /** The state interval that the process is certain to reach again by replaying a log; null: none. */
  readonly replaysTo: number | null
  /** Others may depend on lost states, and still have to roll back; `settled` reports when none does any more. */
  readonly mayLeaveOrphans?: true
}

/** All know of this process's failure or rollback, and those that depended on what it lost have rolled back. */
export interface Settled {
  readonly type: "settled"
}

/** Wrote something to the disk. */
export interface Stored {
  readonly type: "stored"
  readonly what: "checkpoint" | "forced checkpoint" | "log"
  readonly bytes: number
}

/** Started or stopped working. */
export interface Progress {
  readonly type: "working" | "standing"
  /** Work that the state has behind it. */
  readonly progress: Micros
}

/**
 * Has taken all steps, and received everything that others have sent so far. Reported again after each later receipt.
 */
export interface Finished {
  readonly type: "finished"
  readonly result: number
  readonly received: readonly number[]
}

export function isOutput(reply: object): reply is Output {
  return "type" in reply && reply.type === "Output"
}

const FACTS: Readonly<Record<Fact["type"], true>> = {
  sent: true,
  received: true,
  produced: true,
  restored: true,
  recovered: true,
  settled: true,
  stored: true,
  working: true,
  standing: true,
  finished: true,
}

export function isFact(fact: Tagged): fact is Fact {
  return fact.type in FACTS
}
