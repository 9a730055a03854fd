/**
 * The node of a hosted algorithm: a view of the host's node, with its own names and numbers.
 *
 * Everything here can be rebuilt from the host's node: state and disk lie within those of the host.
 */
import type { ClientId, NodeId, Signature, Tagged } from "../ids.ts"
import type { Handler, Node } from "../node.ts"
import { peersOf } from "../parts.ts"
import type { Purpose, Release, Shape } from "../shape.ts"
import type { Micros } from "../units.ts"

/** The knowledge of a process about itself and its group, independent of its algorithm. */
export interface HostIdentity {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  role(name: string): readonly NodeId[]
}

/** A node of an algorithm that hosts others: a member, or a process of a role. Used without knowing its types. */
export interface HostNode extends HostIdentity {
  readonly state: object
  readonly disk: object
  now(): Micros
  isOver(deadline: Micros): boolean
  random(low: number, high: number): number
  send(to: NodeId, message: Tagged, purpose?: Purpose, release?: Release): void
  broadcast(message: Tagged, purpose?: Purpose): void
  setTimer(name: string, delay: Micros, key?: number): void
  cancelTimer(name: string, key?: number): void
  save(registers: object): void
  append(log: string, entry: unknown): void
  truncate(log: string, length: number): void
  discard(log: string, count: number): void
  sign(content: unknown): Signature
  verify(signature: Signature, signer: NodeId, content: unknown): boolean
}

/** The place of a hosted process: its instance, its id there, and its names. */
export interface Seat {
  /** The number of its instance; undefined if there is only one. */
  readonly instance: number | undefined
  /** Its id within the instance. */
  readonly id: NodeId
  /** Number of members of the instance. */
  readonly size: number
  /** By id within the instance, the process of the host's group that acts as it: members first, then roles. */
  readonly processes: readonly NodeId[]
  readonly roles: ReadonlyMap<string, readonly NodeId[]>
  readonly parameters: object
  /** The prefix of the names of its messages and timers, and that of its registers. */
  readonly prefix: string
  readonly registers: string
}

/** The actions of a hosted process that its host handles. */
export interface Outlets<N> {
  readonly state: Handler<[state: object, instance: number], object>
  readonly reply: Handler<[node: N, client: ClientId, reply: object, instance: number, release?: Release]>
  readonly report: Handler<[node: N, fact: Tagged, instance: number, release?: Release]>
}

/**
 * An upper bound on the number of instances of a part: a timer of an instance has the key `instance + INSTANCES * (1 +
 * own key)`.
 */
const INSTANCES = 1 << 12

/** The instance whose timer has a key. */
export function instanceOf(key: number): number {
  return key % INSTANCES
}

/** The key that an instance gave its timer; undefined if it gave none. */
export function ownKeyOf(key: number): number | undefined {
  return key < INSTANCES ? undefined : Math.floor(key / INSTANCES) - 1
}

export class HostedNode<N extends HostNode> implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  readonly #host: N
  readonly #seat: Seat
  readonly #outlets: Outlets<N>
  readonly #disk: DiskWindow
  /** True if a broadcast of the host reaches the same processes. */
  readonly #fillsGroup: boolean

  constructor(host: N, seat: Seat, outlets: Outlets<N>) {
    const { id, size, processes, parameters, registers } = seat
    this.id = id
    this.size = size
    this.peers = peersOf(id, size)
    this.parameters = parameters
    this.#host = host
    this.#seat = seat
    this.#outlets = outlets
    this.#disk = new DiskWindow(host, registers)
    this.#fillsGroup =
      this.peers.length === host.peers.length && this.peers.every(peer => host.peers.includes(processes[peer]!))
  }

  get state(): object {
    return this.#outlets.state(this.#host.state, this.#instance)
  }

  get disk(): object {
    return this.#disk.contents
  }

  get #instance(): number {
    return this.#seat.instance ?? 0
  }

  role(name: string): readonly NodeId[] {
    return idsOfRole(this.#seat, name)
  }

  now(): Micros {
    return this.#host.now()
  }

  isOver(deadline: Micros): boolean {
    return this.#host.isOver(deadline)
  }

  random(low: number, high: number): number {
    return this.#host.random(low, high)
  }

  send(to: NodeId, message: Tagged, purpose?: Purpose, release?: Release): void {
    this.#host.send(this.#outside(to), this.#carried(message), purpose, release)
  }

  broadcast(message: Tagged, purpose?: Purpose): void {
    const carried = this.#carried(message)
    if (this.#fillsGroup) return this.#host.broadcast(carried, purpose)
    for (const peer of this.peers) this.#host.send(this.#outside(peer), carried, purpose)
  }

  setTimer(name: string, delay: Micros, key?: number): void {
    this.#host.setTimer(this.#seat.prefix + name, delay, this.#keyOf(key))
  }

  cancelTimer(name: string, key?: number): void {
    this.#host.cancelTimer(this.#seat.prefix + name, this.#keyOf(key))
  }

  save(registers: object): void {
    this.#host.save(renamed(registers, this.#seat.registers))
    this.#disk.written(registers)
  }

  append(log: string, entry: unknown): void {
    this.#host.append(this.#seat.registers + log, entry)
  }

  truncate(log: string, length: number): void {
    this.#host.truncate(this.#seat.registers + log, length)
  }

  discard(log: string, count: number): void {
    this.#host.discard(this.#seat.registers + log, count)
  }

  sign(content: unknown): Signature {
    return this.#host.sign(content)
  }

  verify(signature: Signature, signer: NodeId, content: unknown): boolean {
    return this.#host.verify(signature, this.#outside(signer), content)
  }

  reply(client: ClientId, reply: object, release?: Release): void {
    this.#outlets.reply(this.#host, client, reply, this.#instance, release)
  }

  report(fact: Tagged, release?: Release): void {
    this.#outlets.report(this.#host, fact, this.#instance, release)
  }

  #outside(id: NodeId): NodeId {
    const process = this.#seat.processes[id]
    if (process === undefined) throw new Error(`${this.#seat.prefix.slice(0, -1)}: there is no process ${id}`)
    return process
  }

  /** A message as the host sends it: the same fields, under another type, with the number of the instance. */
  #carried(message: Tagged): Tagged {
    const { instance, prefix } = this.#seat
    const type = prefix + message.type
    if (instance === undefined) return { ...message, type }
    const numbered = { ...message, type, in: instance }
    return numbered
  }

  #keyOf(key: number | undefined): number | undefined {
    const { instance } = this.#seat
    if (instance === undefined) return key
    return key === undefined ? instance : instance + INSTANCES * (1 + key)
  }
}

/** @throws Error if the algorithm has no such role */
export function idsOfRole({ roles, prefix }: Pick<Seat, "roles" | "prefix">, name: string): readonly NodeId[] {
  const ids = roles.get(name)
  if (ids === undefined) throw new Error(`${prefix.slice(0, -1)}: node.role("${name}"): there is no such role`)
  return ids
}

/** Registers with a prefix added to their names. */
export function renamed(registers: object, prefix: string): object {
  return Object.fromEntries(Object.entries(registers).map(([name, value]) => [prefix + name, value]))
}

/** A part of a disk: the registers with a prefix in their names, under names without it. */
export class DiskWindow {
  readonly #of: { readonly disk: object }
  readonly #prefix: string
  /** The disk from which the contents were built. */
  #disk: object | undefined
  #contents: object = {}

  constructor(of: { readonly disk: object }, prefix: string) {
    this.#of = of
    this.#prefix = prefix
  }

  /** Reads through to the disk. */
  get contents(): object {
    const { disk } = this.#of
    if (disk !== this.#disk) this.#open(disk)
    return this.#contents
  }

  /** Some of these registers may be new. */
  written(registers: object): void {
    if (!Object.keys(registers).every(name => name in this.#contents)) this.#disk = undefined
  }

  #open(disk: object): void {
    this.#disk = disk
    this.#contents = {}
    for (const name of Object.keys(disk)) {
      if (!name.startsWith(this.#prefix)) continue
      const get = (): unknown => Reflect.get(disk, name)
      Object.defineProperty(this.#contents, name.slice(this.#prefix.length), { get, enumerable: true })
    }
  }
}
