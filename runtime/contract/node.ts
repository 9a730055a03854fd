/** A node as handlers see it: everything that they may read, and their only way to act. */
import type { ClientId, NodeId, Signature } from "./ids.ts"
import type { EntryOf, LogName, Purpose, Release, RoleName, Sendable, Shape } from "./shape.ts"
import type { Micros } from "./units.ts"

/** A node's knowledge about itself before it has volatile state. */
export interface Identity<S extends Shape> {
  readonly id: NodeId
  /** Number of nodes in the group: n. */
  readonly size: number
  /** All other nodes of the group, in ascending order. */
  readonly peers: readonly NodeId[]
  readonly parameters: S["parameters"]
  /** Stable storage as this node last wrote it; write through `save`, `append`, `truncate` and `discard`. */
  readonly disk: Readonly<S["disk"]>
  /** The ids of the processes of a role, in ascending order; see `roles.ts`. */
  role(name: RoleName<S>): readonly NodeId[]
}

/** A running node, as its handlers see it: everything that they may read, and their only way to act. */
export interface Node<S extends Shape> extends Identity<S> {
  /** Volatile state; handlers change it in place. */
  readonly state: S["state"]

  /** This node's own clock, in microseconds. Clocks of different nodes may differ and drift. */
  now(): Micros
  /**
   * True if this node's clock has reached `deadline`, which was computed earlier from `now()`. Use this instead of
   * comparing with `now()`: a host without time may give either answer.
   */
  isOver(deadline: Micros): boolean
  /** A random integer from `low` to `high`, both included, from this node's own stream. */
  random(low: number, high: number): number

  /**
   * Sends one message. A message to oneself is delivered after the current handler, without network or cost.
   *
   * @param release default: `durable` to others, `now` to oneself; a `durable` message to oneself arrives once one's
   *   own writes are durable
   */
  send(to: NodeId, message: Sendable<S>, purpose?: Purpose, release?: Release): void
  /** Sends the same message to every other node of the group: n-1 messages. */
  broadcast(message: S["message"], purpose?: Purpose): void

  /**
   * (Re)arms a timer: `timeout[name]` runs once, `delay` microseconds from now. Re-arming replaces. Timers with the
   * same name but different keys are independent; the handler gets the key.
   */
  setTimer(name: S["timer"], delay: Micros, key?: number): void
  cancelTimer(name: S["timer"], key?: number): void

  /** Writes registers of the disk atomically: if the node crashes before they are durable, none is written. */
  save(registers: Partial<S["disk"]>): void
  /** Appends an entry to a log on the disk. */
  append<L extends LogName<S["disk"]>>(log: L, entry: EntryOf<S["disk"][L]>): void
  /** Truncates a log on the disk to its first `length` entries. */
  truncate(log: LogName<S["disk"]>, length: number): void
  /** Drops the first `count` entries of a log on the disk (what a snapshot covers). */
  discard(log: LogName<S["disk"]>, count: number): void

  /** Signs plain data as this node. No traitor can forge the signature of a loyal node. */
  sign(content: unknown): Signature
  /** True if `signer` signed this content. */
  verify(signature: Signature, signer: NodeId, content: unknown): boolean

  /** Answers a client's request. `release`: default `durable`. */
  reply(client: ClientId, reply: S["service"]["reply"], release?: Release): void
  /**
   * Reports a fact to the services, for metrics and checks: a leader believed in, an entry applied. `release`: default
   * `durable`.
   */
  report(fact: S["service"]["fact"], release?: Release): void
}

/**
 * A function type whose parameters the type checker compares bivariantly, as it does for methods. So an
 * `Algorithm<Raft>` is an `Algorithm` to hosts, which pass to every handler only values from the same algorithm.
 */
export type Handler<Arguments extends readonly unknown[], Result = void> = {
  handle(...values: Arguments): Result
}["handle"]

/** The standing of a node at some moment, in the algorithm's own words. */
export interface Standing {
  /** `follower`, `candidate`, `requesting`, ... */
  readonly role: string
  /** 2: it leads, or is in the critical section; 1: it is trying to; 0: neither. */
  readonly rank: 0 | 1 | 2
  /** The number of its term, ballot, election or instance; null: none. */
  readonly epoch: number | null
}
