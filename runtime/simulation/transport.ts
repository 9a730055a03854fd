/** Messages in flight: counted when sent, then queued for their arrival, or dropped. */
import type { ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import { endOf } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import { regionNames, regionOf } from "../network/delay-tables.ts"
import { CORRUPTED, Links, LOST } from "../network/links.ts"
import type { Network } from "../network/network.ts"
import { processCount } from "../process/parts.ts"
import { purposeOf, REPLY, REQUEST } from "./events/event-kinds.ts"
import type { EventQueue } from "./events/event-queue.ts"
import type { Meter } from "./meter.ts"
import type { RunPool } from "./pool.ts"
import type { Held } from "./scripted/held.ts"
import type { OutgoingMessage } from "./nodes/simulated-node.ts"
import type { Shared } from "./shared.ts"
import type { DropReason, Interceptor, Observer } from "./trace.ts"

export class Transport {
  readonly links: Links
  /** The names of the regions. */
  readonly regions: readonly string[]
  readonly #queue: EventQueue<object>
  readonly #meter: Meter
  readonly #observer: Observer | undefined
  readonly #interceptor: Interceptor | undefined
  readonly #held: Held | undefined
  readonly #network: Network
  /** The node that each co-located client runs on. */
  readonly #nodeOfClient: (NodeId | undefined)[] = []

  constructor({ scenario, seed, queue, observer, interceptor, held }: Shared, meter: Meter, { delays }: RunPool) {
    const { algorithm, nodes, parameters } = scenario
    this.links = new Links(processCount(algorithm, nodes, parameters), scenario.network, seed, delays, nodes)
    const { regions } = scenario.network
    this.regions = regions === undefined ? [] : regionNames(regions)
    this.#queue = queue
    this.#meter = meter
    this.#observer = observer
    this.#interceptor = interceptor
    this.#held = held
    this.#network = scenario.network
  }

  /** Sends the messages of a broadcast that was held, or of a traitor's. */
  sendAll(from: NodeId, messages: readonly OutgoingMessage[]): void {
    for (const { to, message, kind, bytes } of messages) {
      if (to === from) this.deliverNow(to, to, message, kind)
      else this.send(from, to, message, kind, bytes)
    }
  }

  /** Sends a message from one node to another. @param kind the kind of its arrival */
  send(from: NodeId, to: NodeId, message: Tagged, kind: number, bytes: number): void {
    this.#meter.countMessage(kind, bytes)
    const { time } = this.#queue
    if (this.#observer !== undefined) {
      this.#observer({ type: "send", time, node: from, to, message, purpose: purposeOf(kind) })
    }
    const { links } = this
    let delay = links.delay(from, to)
    if (links.isCalm && this.#interceptor === undefined) {
      this.#queue.push(links.arrival(from, to, bytes, time, delay), kind, from, to, message)
      return
    }
    if (this.#interceptor !== undefined) {
      const fate = this.#interceptor(from, to, message)
      if (fate === "drop") return this.drop(from, to, message, "intercepted")
      if (this.#held !== undefined) return this.#held.hold(kind, from, to, message, { node: from }, { node: to })
      if (fate !== undefined) delay = fate.delay
    }
    if (!links.isConnected(from, to)) return this.drop(from, to, message, "cut")
    const arrival = links.arrival(from, to, bytes, time, delay)
    if (delay === LOST) this.drop(from, to, message, "lost")
    else if (delay === CORRUPTED) this.drop(from, to, message, "corrupted")
    else this.#queue.push(arrival, kind, from, to, message)
    const copyDelay = links.duplicateDelay(from, to)
    if (copyDelay < 0) return
    this.#queue.push(links.arrival(from, to, bytes, time, copyDelay, true), kind, from, to, message)
  }

  /** Delivers a message now, after the events already queued in this microsecond: neither drawn nor counted. */
  deliverNow(from: NodeId, to: NodeId, message: Tagged, kind: number): void {
    this.#queue.push(this.#queue.time, kind, from, to, message)
  }

  /**
   * Delivers a node's durable message to itself if disks take no time; in a scripted run it waits like other messages.
   */
  deliverDurable(node: NodeId, message: Tagged, kind: number): void {
    if (this.#held === undefined) return this.deliverNow(node, node, message, kind)
    this.#held.hold(kind, node, node, message, { node }, { node })
  }

  /** Reports that a message does not arrive. */
  drop(from: NodeId, node: NodeId, message: Tagged, reason: DropReason): void {
    this.#observer?.({ type: "drop", time: this.#queue.time, node, from, message, reason })
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return from === to || this.links.isConnected(from, to)
  }

  /** Sends a client's request to a node. */
  request(client: ClientId, to: NodeId, request: Tagged): void {
    const { time } = this.#queue
    if (this.#observer !== undefined) this.#observer({ type: "ask", time, node: to, client, request })
    const delay = this.#clientHop(client, to, request)
    if (this.#held !== undefined && this.#nodeOfClient[client] !== to) {
      return this.#held.hold(REQUEST, client, to, request, { client }, { node: to })
    }
    if (this.links.clients.isCalm) this.#queue.push(time + delay, REQUEST, client, to, request)
    else this.#disturbedHop(client, to, delay, true, request)
  }

  /** Sends a node's reply to a client. */
  reply(from: NodeId, client: ClientId, reply: object): void {
    const { time } = this.#queue
    if (this.#observer !== undefined) this.#observer({ type: "reply", time, node: from, client, reply })
    const delay = this.#clientHop(client, from, reply)
    if (this.#held !== undefined && this.#nodeOfClient[client] !== from) {
      return this.#held.hold(REPLY, from, client, reply, { node: from }, { client })
    }
    if (this.links.clients.isCalm) this.#queue.push(time + delay, REPLY, from, client, reply)
    else this.#disturbedHop(client, from, delay, false, reply)
  }

  /**
   * True if a message between a client and a node can arrive now: no fault cuts their link.
   *
   * @param isRequest true from the client to the node, false for the way back
   */
  reaches(client: ClientId, node: NodeId, isRequest: boolean): boolean {
    const { clients } = this.links
    if (clients.isCalm || this.#nodeOfClient[client] === node) return true
    return isRequest ? clients.isConnected(endOf(client), node) : clients.isConnected(node, endOf(client))
  }

  /** Puts a client on a node: their messages take no time and are not counted. */
  colocate(client: ClientId, node: NodeId): void {
    this.#nodeOfClient[client] = node
  }

  /** The region of a client; undefined if it is in none. */
  regionOf(client: ClientId): string | undefined {
    const node = this.#nodeOfClient[client]
    const { regions, clientLatency } = this.#network
    if (regions === undefined) return undefined
    if (node !== undefined) return this.regions[regionOf(regions, node)]
    return clientLatency === undefined ? this.regions[regions.clients[client % regions.clients.length]!] : undefined
  }

  /** Sends a message between a client and a node while a fault affects clients' links: it may not arrive. */
  #disturbedHop(client: ClientId, node: NodeId, delay: Micros, isRequest: boolean, message: object): void {
    const { clients } = this.links
    const isLink = this.#nodeOfClient[client] !== node
    const [from, to] = isRequest ? [endOf(client), node] : [node, endOf(client)]
    const disturbed = isLink ? clients.disturbed(from, to, delay) : delay
    if (disturbed === undefined) return
    const arrival = this.#queue.time + disturbed
    if (isRequest) this.#queue.push(arrival, REQUEST, client, node, message)
    else this.#queue.push(arrival, REPLY, node, client, message)
  }

  /** Counts a message between a client and a node, and draws its delay. */
  #clientHop(client: ClientId, node: NodeId, message: object): Micros {
    if (this.#nodeOfClient[client] === node) return 0
    this.#meter.countClientMessage(message)
    return this.links.clientDelay(client, node)
  }
}
