/** A node of the simulation: the {@link Node} that handlers act through. One monomorphic class for all algorithms. */
import type { ClientId, LogName, Node, NodeId, Purpose, Shape, Tagged } from "./algorithm.ts"
import type { Traitor } from "./byzantine.ts"
import { Disk } from "./disk.ts"
import type { Random } from "./random.ts"
import type { Micros } from "./units.ts"

/** What a node needs of its host. */
export interface Host {
  readonly time: Micros
  send(node: SimulatedNode, to: NodeId, message: Tagged, purpose: Purpose): void
  broadcast(node: SimulatedNode, message: Tagged, purpose: Purpose): void
  setTimer(node: NodeId, timer: string, delay: Micros): void
  cancelTimer(node: NodeId, timer: string): void
  reply(node: SimulatedNode, client: ClientId, reply: object): void
  report(node: SimulatedNode, fact: Tagged): void
  /** Called before each write to a disk. */
  noteWrite(node: SimulatedNode): void
}

export class SimulatedNode implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  state: object = {}
  up = false
  /** Counts boots: what an earlier incarnation had not yet sent never leaves the node. */
  incarnation = 0
  /** The number of the event in which this node last wrote to its disk. */
  lastWrite = -1
  storage: Disk
  /** How it lies, once a fault has made it a traitor. */
  traitor: Traitor | null = null
  readonly #host: Host
  readonly #random: Random

  constructor(host: Host, id: NodeId, size: number, parameters: object, random: Random) {
    this.#host = host
    this.id = id
    this.size = size
    this.peers = Array.from({ length: size }, (_, peer) => peer).filter(peer => peer !== id)
    this.parameters = parameters
    this.storage = new Disk({}, 0)
    this.#random = random
  }

  get disk(): object {
    return this.storage.contents
  }

  now(): Micros {
    return this.#host.time
  }

  random(low: number, high: number): number {
    return this.#random.integer(low, high)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    this.#host.send(this, to, message, purpose)
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.#host.broadcast(this, message, purpose)
  }

  setTimer(name: string, delay: Micros): void {
    this.#host.setTimer(this.id, name, delay)
  }

  cancelTimer(name: string): void {
    this.#host.cancelTimer(this.id, name)
  }

  save(registers: object): void {
    this.#host.noteWrite(this)
    this.storage.save(registers, this.#host.time)
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#host.noteWrite(this)
    this.storage.append(log, entry, this.#host.time)
  }

  truncate(log: LogName<object>, length: number): void {
    this.#host.noteWrite(this)
    this.storage.truncate(log, length, this.#host.time)
  }

  discard(log: LogName<object>, count: number): void {
    this.#host.noteWrite(this)
    this.storage.discard(log, count, this.#host.time)
  }

  reply(client: ClientId, reply: object): void {
    this.#host.reply(this, client, reply)
  }

  report(fact: Tagged): void {
    this.#host.report(this, fact)
  }
}
