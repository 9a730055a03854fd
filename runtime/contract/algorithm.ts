/**
 * The algorithm contract: how an algorithm is written so that every host can run it unchanged.
 *
 * An algorithm is pure logic, written as the papers write it: what a node does when it starts, when a message
 * arrives, when a timer runs out and when a client asks for something. It acts only through its {@link Node}. The
 * simulation is one host of algorithms; a model checker, real processes over sockets, a browser page and a step
 * debugger are others, and each of them only has to provide a `Node`.
 *
 * Five rules make that possible:
 *
 * 1. Handlers are deterministic: the same state, disk, event, `now()` and `random(low, high)` give the same effects. No
 *    `Date`, no `Math.random`, no promises, no module state.
 * 2. State and disk are plain data (numbers, strings, booleans, null, arrays, maps, sets, plain objects), so that a
 *    host may clone, hash, compare, show and store them.
 * 3. All effects go through the node. A message is immutable once sent; receivers share it.
 * 4. Disk before network: what a handler wrote to its disk is durable before any message, reply or report that this
 *    or a later handler of the node made leaves the node (as Raft §5 and Paxos demand of stable storage).
 * 5. A crash loses `state` and all timers and keeps the durable part of `disk`; a restart builds `state` anew and
 *    calls `start`, or `recover` of an algorithm that has one.
 */
import type { ClientId, NodeId, Signature, Tagged } from "./ids.ts"
import type { Lies } from "./lies.ts"
import type { Parameters } from "./parameters.ts"
import type { ServiceShape, Service } from "./service.ts"
import type { Theory } from "./theory.ts"
import type { Micros } from "./units.ts"

export type { ClientId, NodeId, Signature, Tagged } from "./ids.ts"

/** The counter a message goes to; see the counting rules in `meter.ts`. Client messages are counted by the host. */
export type Purpose = "protocol" | "heartbeat" | "retransmission"

/** The types an algorithm is made of, gathered under one name so that `Node<Raft>` says it all. */
export interface Shape {
  /** Values of its declared parameters (see `parameters.ts`). */
  readonly parameters: object
  /** Stable storage: registers, and logs (arrays). Survives crashes. */
  readonly disk: object
  /** Volatile state. Lost by a crash. */
  readonly state: object
  /** The messages between nodes: a union discriminated by `type`. */
  readonly message: Tagged
  /** Names of its timers. */
  readonly timer: string
  /** The services it offers: a union of service shapes. */
  readonly service: ServiceShape
}

/** The disk registers that are logs: arrays which grow at the end and are cut at either end. */
export type LogName<Disk> = {
  [K in keyof Disk]: Disk[K] extends readonly unknown[] ? K : never
}[keyof Disk] &
  string

/** A node's knowledge of itself before it has volatile state. */
export interface Identity<S extends Shape> {
  readonly id: NodeId
  /** Number of nodes in the group: n. */
  readonly size: number
  /** All other nodes of the group, in ascending order. */
  readonly peers: readonly NodeId[]
  readonly parameters: S["parameters"]
  /** Stable storage as this node last wrote it; write through `save`, `append`, `truncate` and `discard`. */
  readonly disk: Readonly<S["disk"]>
}

/** A running instance of an algorithm, as its handlers see it: all they may read, and the only way to act. */
export interface Node<S extends Shape> extends Identity<S> {
  /** Volatile state; handlers change it in place. */
  readonly state: S["state"]

  /** This node's own clock, in microseconds. Clocks of different nodes may differ and drift. */
  now(): Micros
  /**
   * True if this node's clock has reached `deadline`, which was computed from `now()` at some earlier moment. To be asked
   * in place of comparing with `now()`: a host without time may give either answer.
   */
  isOver(deadline: Micros): boolean
  /** A random integer from `low` to `high`, both included, from this node's own stream. */
  random(low: number, high: number): number

  /** Sends one message. Sending to oneself delivers after the current handler, without network and without cost. */
  send(to: NodeId, message: S["message"], purpose?: Purpose): void
  /** Sends the same message to every other node: n-1 messages. */
  broadcast(message: S["message"], purpose?: Purpose): void

  /**
   * (Re)arms a timer: `timeout[name]` runs once, `delay` microseconds from now. Re-arming replaces. Timers of one name with
   * different keys have nothing to do with each other; the handler gets the key.
   */
  setTimer(name: S["timer"], delay: Micros, key?: number): void
  cancelTimer(name: S["timer"], key?: number): void

  /** Writes registers of the disk, all of them or (should the node crash before they are durable) none. */
  save(registers: Partial<S["disk"]>): void
  /** Adds an entry at the end of a log on the disk. */
  append<L extends LogName<S["disk"]>>(log: L, entry: EntryOf<S["disk"][L]>): void
  /** Cuts a log on the disk down to its first `length` entries. */
  truncate(log: LogName<S["disk"]>, length: number): void
  /** Drops the first `count` entries of a log on the disk (what a snapshot covers). */
  discard(log: LogName<S["disk"]>, count: number): void

  /** Signs plain data as this node. No traitor can make the signature of a node that is loyal. */
  sign(content: unknown): Signature
  /** True if `signer` signed this content. */
  verify(signature: Signature, signer: NodeId, content: unknown): boolean

  /** Answers a client's request. */
  reply(client: ClientId, reply: S["service"]["reply"]): void
  /** Reports to the services a fact that metrics and checks are about: a leader believed in, an entry applied. */
  report(fact: S["service"]["fact"]): void
}

export type EntryOf<Log> = Log extends readonly (infer Entry)[] ? Entry : never

/**
 * A function type whose parameters the type checker compares in either direction, as it does for methods, so that an
 * `Algorithm<Raft>` is an `Algorithm` to hosts, which pass every handler what came out of the same algorithm.
 */
type Handler<Arguments extends readonly unknown[], Result = void> = {
  handle(...values: Arguments): Result
}["handle"]

/** The description of an algorithm, printed by `quorate algorithms`. */
export interface Description {
  /** The name used in specs: lower case, words joined by hyphens. */
  readonly name: string
  /** The name used in prose and charts. */
  readonly title: string
  /** Author, year and place of the paper it follows. */
  readonly source: string
  /** One sentence: the idea. */
  readonly summary: string
  /** Which faults it claims to survive, and how many of n nodes. */
  readonly tolerates: { readonly faults: "crash" | "byzantine" | "none"; readonly of: (n: number) => number }
  /** Its assumptions about the network; absent: none. A run that breaks it shows nothing about the algorithm. */
  readonly assumes?: Assumptions
  /** Its colour in charts, as `#RRGGBB`: for good, and told apart from the others' by the colour-blind too. */
  readonly colour?: string
  /** Its costs by the papers; charts draw them beside the measured ones. */
  readonly theory?: Theory
}

/** Assumptions of an algorithm about the network that it runs on. */
export interface Assumptions {
  /** `reliable`: every message arrives, once. `fifo`: and those of a link in the order in which they were sent. */
  readonly links?: "reliable" | "fifo"
  /** A message arrives, and is handled, within the link delay bound d. */
  readonly timing?: "synchronous"
  /** Messages are signed: `Node.sign` and `Node.verify`. */
  readonly authentication?: "signatures"
  /** `none`: no disk, so that every crash takes all that a node knows; absent: what was durable survives a crash. */
  readonly storage?: "none"
}

/** The standing of a node at some moment, in the algorithm's own words. */
export interface Standing {
  /** `follower`, `candidate`, `requesting`, ... */
  readonly role: string
  /** 2: it leads, or is in the critical section; 1: it tries to; 0: neither. */
  readonly rank: 0 | 1 | 2
  /** The number of its term, ballot, election or instance; null where there is none. */
  readonly epoch: number | null
}

/** How much a node does at most in one instance of agreement. */
export interface InstanceBounds {
  /** Its broadcasts. */
  readonly broadcasts?: number
  /** Its messages that can lie: of a node that proposes, and of one that does not. */
  readonly lies?: { readonly proposer: number; readonly other: number }
}

/** The beginning of a run where its scenario gives one: as after elections that are over, in place of none. */
export interface Beginning {
  /** Who leads, as all nodes know; null: nobody yet, so that they will elect somebody. */
  readonly leader: NodeId | null
  /**
   * The log of each node, by id: for each entry the epoch (Raft's term, the round of a ballot; from 1) in which a leader
   * made it. The entries are no-ops.
   */
  readonly logs: readonly (readonly number[])[]
}

/** The ways in which an algorithm with leaders begins other than by its first election. */
interface Begins<S extends Shape> {
  /** The first contents of a node's disk; absent from algorithms that keep no log. */
  readonly disk?: Handler<[self: Omit<Identity<S>, "disk">, beginning: Beginning], S["disk"]>
  /** Acts at the first boot in place of `start`, if somebody leads. */
  readonly start: Handler<[node: Node<S>, leader: NodeId, beginning: Beginning]>
  /** Judges a beginning: `undefined` if some course of the algorithm leads to it. */
  readonly problem?: Handler<[beginning: Beginning, parameters: S["parameters"]], BeginningProblem | undefined>
}

/** A parameter with a value that does not go with the others, or with the number of nodes. */
export interface ParameterConflict {
  readonly parameter: string
  readonly message: string
}

/** A mistake in a beginning: in its leader, or in its logs. */
export interface BeginningProblem {
  readonly about: "leader" | "initial"
  readonly message: string
}

/** An algorithm, complete: what {@link algorithm} takes and hosts run. */
export interface Algorithm<S extends Shape = Shape> extends Description {
  readonly serves: readonly Service[]
  readonly parameters: Parameters

  /** Judges parameters beside each other and the number of nodes: the first that it cannot run with, if any. */
  readonly conflict?: Handler<[parameters: S["parameters"], nodes: number], ParameterConflict | undefined>
  /** True if parameters give up its safety, for experiments that break it on purpose. It claims nothing with them. */
  readonly isUnsafe?: Handler<[parameters: S["parameters"], nodes: number], boolean>

  /** The first contents of a new disk. Called once for each node, and again when a fault loses the disk. */
  readonly disk: Handler<[self: Omit<Identity<S>, "disk">], S["disk"]>
  /** Volatile state at boot, first or later. */
  readonly state: Handler<[self: Identity<S>], S["state"]>
  /** Acts at boot, first or later, with `state` fresh and `disk` as it survived. */
  readonly start: Handler<[node: Node<S>]>
  /**
   * Acts at every boot but the first, in place of `start`: for algorithms that keep nothing on a disk by which a process
   * would know that it has run before. Whoever operates a group knows which processes found it.
   */
  readonly recover?: Handler<[node: Node<S>]>

  /** The beginning under a leader, or with logs, that a scenario gives. For algorithms with leaders. */
  readonly begins?: Begins<S>

  /** One handler for each message type. */
  readonly receive: {
    readonly [M in S["message"] as M["type"]]: Handler<[node: Node<S>, message: M, from: NodeId]>
  }
  /** One handler for each timer; `key` is the one that it was set with, if any. */
  readonly timeout: { readonly [T in S["timer"]]: Handler<[node: Node<S>, key?: number]> }
  /** One handler for each kind of client request of the services it offers. */
  readonly request: {
    readonly [R in S["service"]["request"] as R["type"]]: Handler<[node: Node<S>, request: R, client: ClientId]>
  }

  /**
   * Messages that answer another: sent to its sender while it is handled, they are counted for its purpose, whatever
   * purpose `send` is given. So an answer to a retransmission is one, too.
   */
  readonly answers?: readonly S["message"]["type"][]

  /** The standing of a node, for traces; nothing else depends on it. It must only read. */
  readonly standing?: Handler<[node: Node<S>], Standing>

  /**
   * Promises that no epoch ever has a second leader, not even once the first one has stopped (Raft's Election Safety,
   * §5.2; a ballot of Paxos has one proposer). Without it, only two at the same time count as a violation.
   */
  readonly oneLeaderPerEpoch?: true

  /** The lies of its messages when a fault makes a node a traitor; see `byzantine.ts`. */
  readonly lies?: Lies<S["message"]>

  /**
   * How much a node does in one instance at most, whoever else fails: bounds for going through everything that can go wrong
   * in it. For algorithms whose instances are bounded; `values` is how many values there are to agree on.
   */
  readonly bounds?: Handler<
    [instance: { readonly size: number; readonly parameters: S["parameters"]; readonly values: number }],
    InstanceBounds
  >
}

/** Declares an algorithm; its type parameter makes every handler table exhaustive. */
export function algorithm<S extends Shape>(definition: Algorithm<S>): Algorithm<S> {
  return definition
}

/** Raised by {@link invariant}: the algorithm itself found its state impossible. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation"
}

/** States what must hold at this point of an algorithm. Checked in every run, experiments included. */
export function invariant(condition: boolean, meaning: string): asserts condition {
  if (!condition) throw new InvariantViolation(meaning)
}
