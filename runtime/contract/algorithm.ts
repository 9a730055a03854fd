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
 *    or a later handler of the node made leaves the node (as Raft §5 and Paxos demand of stable storage). What stays true
 *    if a crash takes those writes away may be released `now`, without waiting for them.
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
  /** Which faults it claims to survive, and how many of n nodes. */
  readonly tolerates: { readonly faults: "crash" | "byzantine" | "none"; readonly of: (n: number) => number }
  /** Its assumptions about the network; absent: none. A run that breaks it shows nothing about the algorithm. */
  readonly assumes?: Assumptions
  /**
   * Its offices, which faults can hit by name: those that its nodes report (`Office` in `service.ts`), or those of `offices.ts`, that of
   * its paper before others for the same.
   */
  readonly offices?: readonly string[]
  /** Its groups have learners, nodes that get the log and have no vote: `ChangeMembership` may name some. */
  readonly hasLearners?: true
  /** Its colour in charts, as `#RRGGBB`: for good, and told apart from the others' by the colour-blind too. */
  readonly colour?: string
  /** Its costs by the papers; charts draw them beside the measured ones. */
  readonly theory?: Theory
}

/** Assumptions of an algorithm about the network that it runs on. */
export interface Assumptions<P extends object = object> {
  /** `reliable`: every message arrives, once. `fifo`: and those of a link in the order in which they were sent. */
  readonly links?: "reliable" | "fifo"
  /** A message arrives, and is handled, within the link delay bound d. */
  readonly timing?: "synchronous"
  /**
   * No clock jumps, each runs at 1 - rho to 1 + rho of the true rate, where the parameters declare rho, and timers that run
   * out are handled at once, unless their process is paused.
   */
  readonly clocks?: Handler<[parameters: P], number>
  /** Messages are signed: `Node.sign` and `Node.verify`. */
  readonly authentication?: "signatures"
  /** `none`: no disk, so that every crash takes all that a node knows; absent: what was durable survives a crash. */
  readonly storage?: "none"
}

/** The faults that an algorithm claims to survive, and what it assumes. */
export type Claims = Pick<Description, "tolerates" | "assumes">

/** The claims of an algorithm with some parameters. */
export function claimsOf(definition: Algorithm, parameters: object): Claims {
  return definition.claims?.(parameters) ?? definition
}

/** Bounds of a node's work in one instance of agreement. */
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
  readonly assumes?: Assumptions<S["parameters"]>
  readonly serves: readonly Service[]
  readonly parameters: Parameters

  /** Judges parameters beside each other and the number of nodes: the first that it cannot run with, if any. */
  readonly conflict?: Handler<[parameters: S["parameters"], nodes: number], ParameterConflict | undefined>
  /** True if parameters give up its safety, for experiments that break it on purpose. It claims nothing with them. */
  readonly isUnsafe?: Handler<[parameters: S["parameters"], nodes: number], boolean>

  /** Its claims with some parameters, where these decide on what it survives and assumes; else `undefined`. See `claimsOf`. */
  readonly claims?: Handler<[parameters: S["parameters"]], Claims | undefined>

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
  /** One handler for each kind of client request of the services it offers; none if a role serves clients. */
  readonly request: {
    readonly [R in AskedOfMembers<S> as R["type"]]: Handler<[node: Node<S>, request: R, client: ClientId]>
  }

  /** Its roles: processes beside the members. */
  readonly roles?: Roles<S>

  /**
   * Messages that answer another: sent to its sender while it is handled, they are counted for its purpose, whatever
   * purpose `send` is given. So an answer to a retransmission is one, too.
   */
  readonly answers?: readonly Sendable<S>["type"][]

  /** The standing of a node, for traces; nothing else depends on it. It must only read. */
  readonly standing?: Handler<[node: Node<S>], Standing>

  /**
   * Promises that no epoch ever has a second leader, not even once the first one has stopped (Raft's Election Safety,
   * §5.2; a ballot of Paxos has one proposer). Without it, only two at the same time count as a violation.
   */
  readonly oneLeaderPerEpoch?: true

  /**
   * Its nodes differ by their ids alone, and this is where it speaks of them: with other ids they would do the same. Hosts
   * that rely on it check each step.
   */
  readonly interchangeable?: NodeFields

  /** The fields in which it keeps times, and parameters of a few ticks. Hosts that rely on it check each step. */
  readonly times?: Times

  /** The lies of its messages when a fault makes a node a traitor; see `byzantine.ts`. */
  readonly lies?: Lies<Sendable<S>>
  /**
   * The lies of its answers to clients, by type of reply: a traitor that computes wrongly. With them one that is silent says
   * nothing to clients either; without them its answers are true.
   */
  readonly liesToClients?: Lies<Extract<S["service"]["reply"], Tagged>>

  /**
   * Bounds of a node's work in one instance, whoever else fails: for going through everything that can go wrong
   * in it. For algorithms whose instances are bounded; `values` is how many values there are to agree on.
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

/** Raised by {@link invariant}: the algorithm itself found its state impossible. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation"
}

/** States what must hold at this point of an algorithm. Checked in every run, experiments included. */
export function invariant(condition: boolean, meaning: string): asserts condition {
  if (!condition) throw new InvariantViolation(meaning)
}
