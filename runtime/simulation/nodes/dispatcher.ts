/**
 * The dispatcher of events to nodes: an arrival is handled at once, waits in the backlog while the node is paused or
 * busy, or is lost because the node is down.
 */
import type { ClientId, NodeId, Tagged } from "../../contract/algorithm.ts"
import type { Links } from "../../network/links.ts"
import type { Overridable } from "../../network/overridable.ts"
import { DELIVER, KIND_MASK, REQUEST, SERVE, TIMEOUT } from "../events/event-kinds.ts"
import type { EventQueue } from "../events/event-queue.ts"
import type { Handlers } from "../handlers.ts"
import type { SimulatedNode } from "./simulated-node.ts"
import type { KeyedTimer } from "./keyed-timers.ts"
import type { Timers } from "./timers.ts"
import type { Transport } from "../transport.ts"

export class Dispatcher {
  /** The time that each node takes to handle a message. */
  readonly #serviceTimes: Overridable
  readonly #queue: EventQueue<object>
  readonly #handlers: Handlers
  readonly #transport: Transport
  readonly #links: Links
  readonly #timers: Timers

  constructor(
    serviceTimes: Overridable,
    queue: EventQueue<object>,
    handlers: Handlers,
    transport: Transport,
    timers: Timers,
  ) {
    this.#serviceTimes = serviceTimes
    this.#queue = queue
    this.#handlers = handlers
    this.#transport = transport
    this.#links = transport.links
    this.#timers = timers
  }

  /** A message arrives. @param kind the kind of its arrival */
  deliver(kind: number, from: NodeId, node: SimulatedNode, message: Tagged): void {
    const to = node.id
    const isReached = this.#links.isCalm || from === to || this.#links.isConnected(from, to)
    if (isReached && (node.isReady || (from === to && node.up && !node.paused))) {
      this.#handlers.receive(kind, from, node, message)
    } else if (isReached && node.up) {
      this.#defer(node, kind, from, message)
    } else {
      this.#transport.drop(from, to, message, node.up ? "cut" : "down")
    }
  }

  /** A client's request arrives. */
  request(client: ClientId, node: SimulatedNode, request: Tagged): void {
    if (!node.up || !this.#transport.reaches(client, node.id, true)) return
    if (node.isReady) this.#handlers.request(client, node, request)
    else this.#defer(node, REQUEST, client, request)
  }

  /** True if a node's reply arrives at the client. */
  isAnswered(from: NodeId, client: ClientId): boolean {
    return this.#transport.reaches(client, from, false)
  }

  /** A timer's queue entry is due. */
  timeout(index: number, node: SimulatedNode, keyed: KeyedTimer | null): void {
    const { time } = this.#queue
    const isOver =
      keyed === null ? this.#timers.takeEntry(node.id, index, time) : this.#timers.keyed.takeEntry(node.id, keyed, time)
    if (!isOver) return
    if (node.isReady) this.#handlers.timeout(index, node, keyed)
    else this.#defer(node, TIMEOUT, index, keyed)
  }

  /** Re-evaluates whether a node may handle events, after it was booted, paused, resumed, slowed or sped up. */
  updateReadiness(node: SimulatedNode): void {
    const isFree = node.backlog.size === 0 && this.#serviceTimes.at(node.id) === 0
    node.isReady = node.up && !node.paused && isFree
    if (node.up && !node.paused && !node.backlog.isBeingServed) this.#serveNext(node)
  }

  /** Handles the first event of the backlog, whose service time is over. */
  serve(node: SimulatedNode, incarnation: number): void {
    if (!node.up || node.incarnation !== incarnation) return
    node.backlog.isBeingServed = false
    if (node.paused) return
    const { kind, source, payload } = node.backlog.take()!
    if ((kind & KIND_MASK) === DELIVER) this.#handlers.receive(kind, source, node, payload as Tagged)
    else if (kind === REQUEST) this.#handlers.request(source, node, payload as Tagged)
    else this.#timeoutLate(source, node, payload as KeyedTimer | null)
    this.updateReadiness(node)
  }

  /** A timer fired while its node was paused or busy. It may have been re-armed or cancelled since. */
  #timeoutLate(index: number, node: SimulatedNode, keyed: KeyedTimer | null): void {
    const deadline = keyed === null ? this.#timers.deadline(node.id, index) : keyed.deadline
    if (deadline <= this.#queue.time) this.#handlers.timeout(index, node, keyed)
  }

  /** Puts an event into the backlog of a node. */
  #defer(node: SimulatedNode, kind: number, source: number, payload: object | null): void {
    node.backlog.add({ kind, source, payload })
    if (!node.backlog.isBeingServed && !node.paused) this.#serveNext(node)
  }

  /** Begins to serve the first event of the backlog. Only messages and requests cost time. */
  #serveNext(node: SimulatedNode): void {
    const { first } = node.backlog
    if (first === undefined) return
    node.backlog.isBeingServed = true
    const cost = first.kind === TIMEOUT ? 0 : this.#serviceTimes.at(node.id)
    this.#queue.push(this.#queue.time + cost, SERVE, node.incarnation, node.id, null)
  }
}
