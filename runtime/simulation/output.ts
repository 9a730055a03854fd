/**
 * The output of handlers through their node. It leaves at once, or, if disks take time, when the writes before it are
 * durable (`departures.ts`).
 */
import type { Algorithm, ClientId, NodeId, Purpose, Release, Tagged } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import { corrupt, corruptReply } from "../faults/byzantine.ts"
import { NameIndex } from "../lib/name-index.ts"
import { streamKey } from "../lib/random.ts"
import { Departures } from "./departures.ts"
import type { RunDigest } from "./events/run-digest.ts"
import { answering, arrivalOf, DELIVER } from "./events/event-kinds.ts"
import type { EventQueue } from "./events/event-queue.ts"
import type { Facts } from "./facts.ts"
import type { Meter } from "./meter.ts"
import type { Shared } from "./shared.ts"
import type { Host, OutgoingMessage, SimulatedNode } from "./nodes/simulated-node.ts"
import type { Timers } from "./nodes/timers.ts"
import type { Transport } from "./transport.ts"

/** Stands for no node. */
const NOBODY: NodeId = -1

export class Output implements Host {
  /** True if writes take, or took, time on some disk, so that output may have to wait for them. */
  isHeld: boolean
  readonly secret: number
  readonly departures: Departures
  readonly #shared: Shared
  readonly #queue: EventQueue<object>
  readonly #algorithm: Algorithm
  readonly #transport: Transport
  readonly #meter: Meter
  readonly #facts: Facts
  readonly #timers: Timers
  readonly #digest: RunDigest
  readonly #typeIndex: NameIndex
  /** By type, true if it answers another message. */
  readonly #isAnswer: readonly boolean[]
  /** The sender of the message being handled, and the kind of its arrival, which contains its purpose. */
  #answering: NodeId = NOBODY
  #answered = DELIVER

  constructor(
    shared: Shared,
    parts: {
      readonly transport: Transport
      readonly meter: Meter
      readonly facts: Facts
      readonly timers: Timers
      readonly digest: RunDigest
    },
  ) {
    const { algorithm, disk } = shared.scenario
    this.isHeld = disk.syncLatency > 0
    this.secret = streamKey(shared.seed, "signatures")
    this.#shared = shared
    this.#queue = shared.queue
    this.#algorithm = algorithm
    this.#transport = parts.transport
    this.#meter = parts.meter
    this.#facts = parts.facts
    this.#timers = parts.timers
    this.departures = new Departures(shared.queue, parts.transport, parts.facts)
    this.#digest = parts.digest
    this.#typeIndex = new NameIndex(parts.meter.types)
    this.#isAnswer = parts.meter.types.map(type => algorithm.answers?.includes(type) === true)
  }

  get time(): Micros {
    return this.#queue.time
  }

  /** A message is handled from now on: answers to it count for its purpose. */
  answers(from: NodeId, kind: number): void {
    this.#answering = from
    this.#answered = kind
  }

  answersNothing(): void {
    this.#answering = NOBODY
  }

  send(node: SimulatedNode, to: NodeId, message: Tagged, purpose: Purpose, release: Release | undefined): void {
    const type = this.typeOf(message)
    let kind = arrivalOf(type, purpose)
    if (to === node.id) {
      if (release !== "durable") return this.#transport.deliverNow(to, to, message, kind)
      if (!this.isHeld) return this.#transport.deliverDurable(to, message, kind)
      return this.departures.add({ what: "send", sent: { to, message, kind, bytes: 0 } })
    }
    if (to === this.#answering && this.#isAnswer[type] === true) kind = answering(kind, this.#answered)
    if (node.traitor !== null) {
      const said = corrupt(node.traitor, this.#algorithm.lies, message, to, node)
      if (said === null) return
      message = said
    }
    const bytes = this.#meter.measure(type, message)
    const isHeld = this.isHeld && release !== "now"
    if (isHeld) this.departures.add({ what: "send", sent: { to, message, kind, bytes } })
    else this.#transport.send(node.id, to, message, kind, bytes)
  }

  broadcast(node: SimulatedNode, message: Tagged, purpose: Purpose): void {
    const type = this.typeOf(message)
    const kind = arrivalOf(type, purpose)
    if (this.isHeld || node.traitor !== null) {
      const sent = node.peers.flatMap(to => this.#unicast(node, to, message, type, kind))
      if (this.isHeld) this.departures.add({ what: "broadcast", sent })
      else this.#transport.sendAll(node.id, sent)
      return
    }
    const bytes = this.#meter.measure(type, message)
    for (const to of node.peers) this.#transport.send(node.id, to, message, kind, bytes)
  }

  setTimer(node: NodeId, timer: string, delay: Micros, key: number | undefined): void {
    if (!(delay >= 0)) throw new Error(`timer "${timer}": a delay of ${delay} us`)
    const index = this.#indexOfTimer(timer)
    const deadline = this.time + Math.round(delay)
    if (key === undefined) this.#timers.set(node, index, deadline)
    else this.#timers.keyed.set(node, index, key, deadline)
  }

  cancelTimer(node: NodeId, timer: string, key: number | undefined): void {
    const index = this.#indexOfTimer(timer)
    if (key === undefined) this.#timers.cancel(node, index)
    else this.#timers.keyed.cancel(node, index, key)
  }

  reply(node: SimulatedNode, client: ClientId, reply: object, release: Release | undefined): void {
    if (node.traitor !== null) {
      const said = corruptReply(node.traitor, this.#algorithm.liesToClients, reply, client, node)
      if (said === null) return
      reply = said
    }
    if (this.isHeld && release !== "now") this.departures.add({ what: "reply", client, reply })
    else this.#transport.reply(node.id, client, reply)
  }

  report(node: SimulatedNode, fact: Tagged, release: Release | undefined): void {
    if (this.isHeld && release !== "now") this.departures.add({ what: "report", fact })
    else this.#facts.observe(node.id, fact)
  }

  recordWrite(node: SimulatedNode): void {
    const { events } = this.#digest
    if (node.lastWrite === events) return
    node.lastWrite = events
    this.#meter.diskSyncs++
    const { observer, faults } = this.#shared
    if (observer !== undefined) observer({ type: "write", time: this.time, node: node.id })
    if (node.storage.isFailing) faults.syncFails(node.id, this.time + node.storage.syncLatency)
  }

  /** The index of a message's type. */
  typeOf({ type }: Tagged): number {
    const index = this.#typeIndex.of(type)
    if (index < 0) throw new Error(`${this.#algorithm.name} has no message type "${type}"`)
    return index
  }

  /** A broadcast's message to one peer: none if the node is a traitor that withholds it. */
  #unicast(node: SimulatedNode, to: NodeId, message: Tagged, type: number, kind: number): readonly OutgoingMessage[] {
    const said = node.traitor === null ? message : corrupt(node.traitor, this.#algorithm.lies, message, to, node)
    if (said === null) return []
    return [{ to, message: said, kind, bytes: this.#meter.measure(type, said) }]
  }

  #indexOfTimer(timer: string): number {
    const index = this.#timers.indexOf(timer)
    if (index < 0) throw new Error(`${this.#algorithm.name} has no timer "${timer}"`)
    return index
  }
}
