/** A node of the simulation: the {@link Node} through which handlers act. One monomorphic class for all algorithms. */
import type {
  ClientId,
  LogName,
  Node,
  NodeId,
  Purpose,
  Release,
  Shape,
  Signature,
  Tagged,
} from "../../contract/algorithm.ts"
import { Backlog } from "./backlog.ts"
import type { Traitor } from "../../faults/byzantine.ts"
import type { BrokenBroadcast } from "../../faults/run.ts"
import type { Clock } from "./clock.ts"
import { Disk } from "../../process/disk.ts"
import { type Part, peersOf } from "../../contract/parts.ts"
import { idsOfRole, type RoleIds } from "../../process/parts.ts"
import { signatureOf } from "../../process/signature.ts"
import type { Random } from "../../lib/random.ts"
import type { Micros } from "../../contract/units.ts"

/** The parts of its host that a node needs. */
export interface Host {
  readonly time: Micros
  /** The secret for the signatures of this run. */
  readonly secret: number
  send(node: SimulatedNode, to: NodeId, message: Tagged, purpose: Purpose, release: Release | undefined): void
  broadcast(node: SimulatedNode, message: Tagged, purpose: Purpose): void
  setTimer(node: NodeId, timer: string, delay: Micros, key: number | undefined): void
  cancelTimer(node: NodeId, timer: string, key: number | undefined): void
  reply(node: SimulatedNode, client: ClientId, reply: object, release: Release | undefined): void
  report(node: SimulatedNode, fact: Tagged, release: Release | undefined): void
  /** Called before each write to a disk. */
  recordWrite(node: SimulatedNode): void
}

/** An outgoing message of a node. */
export interface OutgoingMessage {
  readonly to: NodeId
  readonly message: Tagged
  /** The kind of its arrival: type and purpose. */
  readonly kind: number
  readonly bytes: number
}

/** One output of a handler that has not left its node yet. */
export type Departure =
  /** A message to a peer, or a durable one to itself. */
  | { readonly what: "send"; readonly sent: OutgoingMessage }
  /** One message to each peer, in the order of their ids; a traitor's may differ. */
  | { readonly what: "broadcast"; readonly sent: readonly OutgoingMessage[] }
  | { readonly what: "reply"; readonly client: ClientId; readonly reply: object }
  | { readonly what: "report"; readonly fact: Tagged }

/** Output of one handler, and when the writes before it are durable. */
export interface HeldOutput {
  readonly at: Micros
  readonly departures: readonly Departure[]
}

/** Any handler, called with the maximum of arguments: node, message, request or key, and its sender. */
export type AnyHandler = {
  handle(node: SimulatedNode, what: Tagged | number | undefined, source: number): void
}["handle"]

/** The part that a process plays, with handlers in the order of the indices of message types and timers. */
export interface PlayedPart {
  readonly part: Part
  readonly receive: readonly AnyHandler[]
  readonly timeout: readonly AnyHandler[]
}

/** A future broadcast in whose middle its node is to crash. */
export interface BreakingBroadcast extends Pick<BrokenBroadcast, "kept" | "random" | "reached"> {
  /** The number of broadcasts that still leave completely before it. */
  after: number
  /** Crashes the node. @param told the nodes to which a message was sent */
  readonly crash: (told: readonly NodeId[]) => void
}

export class SimulatedNode implements Node<Shape> {
  // Declared only: engines infer no type for a field that is undefined at first.
  declare readonly id: NodeId
  declare readonly size: number
  declare readonly peers: readonly NodeId[]
  declare readonly parameters: object
  /** Its part, and the part's handlers. */
  declare readonly part: Part
  declare readonly receive: readonly AnyHandler[]
  declare readonly timeout: readonly AnyHandler[]
  state: object = {}
  up = false
  /** Paused by a fault: up, but handling nothing. */
  paused = false
  /** True if it handles arrivals at once: it is up and not paused, its backlog is empty, and its service time is 0. */
  isReady = false
  /** The holds that keep it down, and those that keep it paused: it comes back when the last is released. */
  readonly downBy = new Set<object>()
  readonly pausedBy = new Set<object>()
  /** The faults under which its disk fails. */
  readonly diskFailures = new Set<object>()
  readonly backlog = new Backlog()
  /** Counts boots: output that an earlier incarnation had not yet sent never leaves the node. */
  incarnation = 0
  /** Output that waits for its writes to be durable, in the order in which it leaves. */
  held: HeldOutput[] = []
  /** Output that only a pause holds back, in order. */
  stopped: Departure[] = []
  /** Broadcasts in whose middle it is to crash, the next one first. */
  readonly toBreak: BreakingBroadcast[] = []
  /** The number of the event in which this node last wrote to its disk. */
  lastWrite = -1
  declare storage: Disk
  /** Its lies, once a fault has made it a traitor. */
  traitor: Traitor | null = null
  /** Its clock, once a fault has affected it. */
  clock: Clock | null = null
  readonly #host: Host
  readonly #random: Random
  readonly #roles: RoleIds

  constructor(
    host: Host,
    id: NodeId,
    { size, parameters, roles }: { readonly size: number; readonly parameters: object; readonly roles: RoleIds },
    { part, receive, timeout }: PlayedPart,
    random: Random,
  ) {
    this.#host = host
    this.#roles = roles
    this.id = id
    this.size = size
    this.peers = peersOf(id, size)
    this.parameters = parameters
    this.part = part
    this.receive = receive
    this.timeout = timeout
    this.storage = new Disk({}, 0)
    this.#random = random
  }

  get disk(): object {
    return this.storage.contents
  }

  role(name: string): readonly NodeId[] {
    return idsOfRole(this.#roles, name)
  }

  now(): Micros {
    return this.clock === null ? this.#host.time : this.clock.read(this.#host.time)
  }

  isOver(deadline: Micros): boolean {
    return this.now() >= deadline
  }

  random(low: number, high: number): number {
    // Without valid bounds the result would be NaN, and a timer or vote drawn from it would fail far from here.
    if (!(low <= high)) {
      throw new Error(`node.random(${low}, ${high}): expected two integers, the lower one first, such as (1, 6)`)
    }
    return this.#random.integer(low, high)
  }

  sign(content: unknown): Signature {
    return signatureOf(this.#host.secret, this.id, content)
  }

  verify(signature: Signature, signer: NodeId, content: unknown): boolean {
    return signature === signatureOf(this.#host.secret, signer, content)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol", release?: Release): void {
    this.#host.send(this, to, message, purpose, release)
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.#host.broadcast(this, message, purpose)
  }

  setTimer(name: string, delay: Micros, key?: number): void {
    this.#host.setTimer(this.id, name, this.clock === null ? delay : this.clock.trueSpan(delay), key)
  }

  cancelTimer(name: string, key?: number): void {
    this.#host.cancelTimer(this.id, name, key)
  }

  save(registers: object): void {
    this.#host.recordWrite(this)
    this.storage.save(registers, this.#host.time)
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#host.recordWrite(this)
    this.storage.append(log, entry, this.#host.time)
  }

  truncate(log: LogName<object>, length: number): void {
    this.#host.recordWrite(this)
    this.storage.truncate(log, length, this.#host.time)
  }

  discard(log: LogName<object>, count: number): void {
    this.#host.recordWrite(this)
    this.storage.discard(log, count, this.#host.time)
  }

  reply(client: ClientId, reply: object, release?: Release): void {
    this.#host.reply(this, client, reply, release)
  }

  report(fact: Tagged, release?: Release): void {
    this.#host.report(this, fact, release)
  }
}
