/**
 * The algorithm contract: the form of an algorithm that every host can run unchanged.
 *
 * An algorithm is pure logic, written as in the papers: the actions of a node when it starts, when a message or a
 * client's request arrives, and when a timer fires. It acts only through its {@link Node}. The simulation is one host
 * of algorithms; a model checker, real processes over sockets, a browser page and a step debugger are others. Each only
 * has to provide a `Node`.
 *
 * Five rules make that possible:
 *
 * 1. Handlers are deterministic: the same state, disk, event, `now()` and `random(low, high)` give the same effects. No
 *    `Date`, no `Math.random`, no promises, no module state.
 * 2. State and disk are plain data (numbers, strings, booleans, null, arrays, maps, sets, plain objects), so that a
 *    host may clone, hash, compare, show and store them.
 * 3. All effects go through the node. A message is immutable once sent; receivers share it.
 * 4. Disk before network: a handler's writes are durable before any message, reply or report of this or a later handler
 * leaves the node (as Raft §5 and Paxos demand of stable storage). Output that stays true even if a crash loses those
 * writes may be released `now`, without waiting for them.
 * 5. A crash loses `state` and all timers and keeps the durable part of `disk`; a restart builds `state` anew and
 *    calls `start`, or `recover` of an algorithm that has one.
 */
import type { ClientId, NodeId, Tagged } from "./ids.ts"
import type { Lies } from "./lies.ts"
import type { Handler, Identity, Node, Standing } from "./node.ts"
import type { Parameters } from "./parameters.ts"
import type { Roles } from "./roles.ts"
import type { Service } from "./service.ts"
import type { AskedOfMembers, Sendable, Shape } from "./shape.ts"
import type { NodeFields } from "./symmetry.ts"
import type { Times } from "./times.ts"
import type { Theory } from "./theory.ts"

export type { ClientId, NodeId, Signature, Tagged } from "./ids.ts"
export type { Handler, Identity, Node, Standing } from "./node.ts"
export type { Role, RoleNode } from "./roles.ts"
export type { EntryOf, LogName, Purpose, Release, RoleShape, Shape } from "./shape.ts"

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
  /** The faults that it claims to survive, and the number of faulty nodes out of n. */
  readonly tolerates: { readonly faults: "crash" | "byzantine" | "none"; readonly of: (n: number) => number }
  /** Its assumptions about the network; absent: none. A run that breaks one shows nothing about the algorithm. */
  readonly assumes?: Assumptions
  /**
   * Its offices, which faults can hit by name: those that its nodes report (`Office` in `service.ts`), or those of
   * `offices.ts`. Of several words for one office, the paper's comes first.
   */
  readonly offices?: readonly string[]
  /**
   * True if its groups may have learners: nodes that get the log but have no vote. `ChangeMembership` may name them.
   */
  readonly hasLearners?: true
  /** Its permanent colour in charts, as `#RRGGBB`; even the colour-blind can distinguish it from the others. */
  readonly colour?: string
  /** Its costs according to the papers; charts draw them beside the measured ones. */
  readonly theory?: Theory
}

/** Assumptions of an algorithm about the network that it runs on. */
export interface Assumptions<P extends object = object> {
  /** `reliable`: every message arrives exactly once. `fifo`: also, each link delivers in the order of sending. */
  readonly links?: "reliable" | "fifo"
  /** Every message arrives and is handled within the link delay bound d. */
  readonly timing?: "synchronous"
  /**
   * Returns rho: no clock jumps, each runs at 1 - rho to 1 + rho of the true rate, and timers are handled as soon as
   * they fire, unless their process is paused.
   */
  readonly clocks?: Handler<[parameters: P], number>
  /** Messages are signed: `Node.sign` and `Node.verify`. */
  readonly authentication?: "signatures"
  /** `none`: no disk, so that a node loses everything in a crash; absent: durable writes survive a crash. */
  readonly storage?: "none"
}

/** The faults that an algorithm claims to survive, and its assumptions. */
export type Claims = Pick<Description, "tolerates" | "assumes">

/** The claims of an algorithm with some parameters. */
export function claimsOf(definition: Algorithm, parameters: object): Claims {
  return definition.claims?.(parameters) ?? definition
}

/** Bounds of a node's work in one instance of agreement. */
export interface InstanceBounds {
  /** The number of its broadcasts. */
  readonly broadcasts?: number
  /** The number of its messages that can lie: for a node that proposes, and for one that does not. */
  readonly lies?: { readonly proposer: number; readonly other: number }
}

/** The beginning of a run, if its scenario gives one: as after past elections, instead of before the first. */
export interface Beginning {
  /** The leader, known to all nodes; null: none yet, so that they will elect one. */
  readonly leader: NodeId | null
  /**
   * The log of each node, by id: for each entry, a no-op, the epoch (Raft's term, the round of a ballot; from 1) in
   * which a leader created it.
   */
  readonly logs: readonly (readonly number[])[]
}

/** The ways in which an algorithm with leaders begins other than by its first election. */
interface Begins<S extends Shape> {
  /** The first contents of a node's disk; absent from algorithms that keep no log. */
  readonly disk?: Handler<[self: Omit<Identity<S>, "disk">, beginning: Beginning], S["disk"]>
  /** Acts at the first boot instead of `start`, if there is a leader. */
  readonly start: Handler<[node: Node<S>, leader: NodeId, beginning: Beginning]>
  /** Judges a beginning: `undefined` if the algorithm can reach it. */
  readonly problem?: Handler<[beginning: Beginning, parameters: S["parameters"]], BeginningProblem | undefined>
}

/** A parameter whose value conflicts with the others, or with the number of nodes. */
export interface ParameterConflict {
  readonly parameter: string
  readonly message: string
}

/** A problem with a beginning: with its leader, or its logs. */
export interface BeginningProblem {
  readonly about: "leader" | "initial"
  readonly message: string
}

/** A complete algorithm: the argument of {@link algorithm}, and the value that hosts run. */
export interface Algorithm<S extends Shape = Shape> extends Description {
  readonly assumes?: Assumptions<S["parameters"]>
  readonly serves: readonly Service[]
  readonly parameters: Parameters

  /** Judges parameters together, and with the number of nodes: the first with which it cannot run, if any. */
  readonly conflict?: Handler<[parameters: S["parameters"], nodes: number], ParameterConflict | undefined>
  /** True if parameters sacrifice its safety, for experiments that break it on purpose. It then claims nothing. */
  readonly isUnsafe?: Handler<[parameters: S["parameters"], nodes: number], boolean>

  /**
   * Its claims with some parameters, if these determine what it survives and assumes; else `undefined`. See `claimsOf`.
   */
  readonly claims?: Handler<[parameters: S["parameters"]], Claims | undefined>

  /** The first contents of a new disk. Called once for each node, and again when a fault loses the disk. */
  readonly disk: Handler<[self: Omit<Identity<S>, "disk">], S["disk"]>
  /** The volatile state at any boot. */
  readonly state: Handler<[self: Identity<S>], S["state"]>
  /** Acts at any boot, with fresh `state` and the surviving `disk`. */
  readonly start: Handler<[node: Node<S>]>
  /**
   * Acts at every boot but the first, instead of `start`: for algorithms that keep nothing on disk from which a process
   * could tell that it has run before. The operator of a group knows which processes are its founders.
   */
  readonly recover?: Handler<[node: Node<S>]>

  /** Begins under the leader, or with the logs, that a scenario gives. For algorithms with leaders. */
  readonly begins?: Begins<S>

  /** One handler for each message type. */
  readonly receive: {
    readonly [M in S["message"] as M["type"]]: Handler<[node: Node<S>, message: M, from: NodeId]>
  }
  /** One handler for each timer; `key` is the key with which it was set, if any. */
  readonly timeout: { readonly [T in S["timer"]]: Handler<[node: Node<S>, key?: number]> }
  /** One handler for each kind of client request of its services; none if a role serves clients. */
  readonly request: {
    readonly [R in AskedOfMembers<S> as R["type"]]: Handler<[node: Node<S>, request: R, client: ClientId]>
  }

  /** Its roles: processes in addition to the members. */
  readonly roles?: Roles<S>

  /**
   * Types of messages that answer another. Sent to its sender while it is handled, they count for its purpose, whatever
   * purpose `send` is given: so an answer to a retransmission counts as one.
   */
  readonly answers?: readonly Sendable<S>["type"][]

  /** The standing of a node, for traces only. It must have no side effects. */
  readonly standing?: Handler<[node: Node<S>], Standing>

  /**
   * Promises that no epoch ever has a second leader, even after the first has stopped (Raft's Election Safety, §5.2; a
   * ballot of Paxos has one proposer). Without it, only two leaders at the same time count as a violation.
   */
  readonly oneLeaderPerEpoch?: true

  /**
   * The fields that contain node ids, if nodes differ only by their ids: with other ids they would do the same. Hosts
   * that rely on this check each step.
   */
  readonly interchangeable?: NodeFields

  /** The fields in which it keeps times, and parameters of a few ticks. Hosts that rely on this check each step. */
  readonly times?: Times

  /** The lies of its messages when a fault makes a node a traitor; see `byzantine.ts`. */
  readonly lies?: Lies<Sendable<S>>
  /**
   * The lies of its answers to clients, by type of reply: those of a traitor that computes wrongly. If declared, a
   * silent traitor does not answer clients either; otherwise traitors' answers to clients are true.
   */
  readonly liesToClients?: Lies<Extract<S["service"]["reply"], Tagged>>

  /**
   * Bounds of a node's work in one instance, whatever the failures: used to enumerate everything that can go wrong. For
   * algorithms whose instances are bounded; `values` is the number of values to agree on.
   */
  readonly bounds?: Handler<
    [instance: { readonly size: number; readonly parameters: S["parameters"]; readonly values: number }],
    InstanceBounds
  >
}

/** An algorithm whose shape has roles must define them. */
type WithRoles<S extends Shape> = S extends { readonly roles: object } ? { readonly roles: Roles<S> } : unknown

/** Declares an algorithm; its type parameter makes every handler table exhaustive. */
export function algorithm<S extends Shape>(definition: Algorithm<S> & WithRoles<S>): Algorithm<S> {
  return definition
}

/** Raised by {@link invariant}: the algorithm found that its own state is impossible. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation"
}

/** Asserts an invariant of an algorithm. Checked in every run, including experiments. */
export function invariant(condition: boolean, meaning: string): asserts condition {
  if (!condition) throw new InvariantViolation(meaning)
}
