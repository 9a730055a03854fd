/**
 * A node as a value: a process of an algorithm at some moment, and the step that an event takes it.
 *
 *     const [next, effects] = step(raft, process, { type: "timeout", timer: "election" }, circumstances)
 *
 * A step changes nothing: the process that went in is as it was, and what the handler did comes out as data. A model
 * checker, a step debugger and a host of real processes are loops over this function; what becomes of the effects (a
 * network, a clock, a disk that fails) is theirs. The simulation calls handlers directly, which is quicker; a test holds
 * the two to the same runs.
 */
import type { Algorithm, ClientId, LogName, Node, NodeId, Purpose, Shape, Tagged } from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import type { Effect, ProcessEvent } from "./effect.ts"
import { copied } from "./value.ts"

/** One process of an algorithm. Nothing in it changes: a step makes a new one. */
export interface Process {
  readonly id: NodeId
  /** Number of nodes in the group: n. */
  readonly size: number
  readonly parameters: object
  readonly state: object
  /** What its disk holds, durable or not. */
  readonly disk: object
  /** The timers that are armed, and the delay that each was armed with. */
  readonly timers: ReadonlyMap<string, Micros>
  /** Counts boots, from 1. */
  readonly incarnation: number
}

/** What a handler may ask for that is no part of its process. */
export interface Circumstances {
  /** The time on the process's own clock. */
  readonly now: Micros
  /** Draws an integer from `low` to `high`, both included. */
  readonly random: (low: number, high: number) => number
}

/** A process after a step, and what it did, in its order. */
export type Step = readonly [next: Process, effects: readonly Effect[]]

/** Who a process is among its group. */
export type ProcessIdentity = Pick<Process, "id" | "size" | "parameters">

/** A process that has never run: with a new disk, and before its first boot. */
export function newProcess(algorithm: Algorithm, identity: ProcessIdentity): Process {
  const disk = algorithm.disk(withPeers(identity))
  return booted(algorithm, { ...identity, state: {}, disk, timers: new Map(), incarnation: 0 })
}

/** A process that comes back after a crash: with what its disk holds, and nothing else of before. Its next event is `start`. */
export function booted(algorithm: Algorithm, process: Process): Process {
  const { disk, incarnation } = process
  const state = algorithm.state({ ...withPeers(process), disk: copied(disk) })
  return { ...process, state, timers: new Map(), incarnation: incarnation + 1 }
}

/** Hands an event to its handler, and then the messages that the process sends itself. */
export function step(algorithm: Algorithm, process: Process, event: ProcessEvent, circumstances: Circumstances): Step {
  const node = new RecordingNode(process, circumstances)
  node.disarm(event)
  perform(algorithm, node, event)
  for (let message = node.ownMail.shift(); message !== undefined; message = node.ownMail.shift()) {
    perform(algorithm, node, { type: "receive", from: process.id, message })
  }
  return [node.process, node.effects]
}

/** Runs one handler on a node. */
export function perform(algorithm: Algorithm, node: Node<Shape>, event: ProcessEvent): void {
  const { receive, timeout, request } = algorithm
  switch (event.type) {
    case "start":
      return algorithm.start(node)
    case "begin":
      return algorithm.begins!.start(node, event.leader, event.beginning)
    case "receive":
      return receive[event.message.type]!(node, event.message, event.from)
    case "timeout":
      return timeout[event.timer]!(node)
    case "request":
      return request[event.request.type]!(node, event.request, event.client)
  }
}

function withPeers<T extends { readonly id: NodeId; readonly size: number }>(
  self: T,
): T & { readonly peers: readonly NodeId[] } {
  const { id, size } = self
  return { ...self, peers: Array.from({ length: size }, (_, peer) => peer).filter(peer => peer !== id) }
}

/** A node that works on copies and writes down what is done through it. */
export class RecordingNode implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  readonly state: object
  readonly disk: object
  readonly effects: Effect[] = []
  /** What it sent itself and has not handled. */
  readonly ownMail: Tagged[] = []
  readonly #timers: Map<string, Micros>
  readonly #circumstances: Circumstances
  readonly #incarnation: number

  constructor(process: Process, circumstances: Circumstances) {
    const { id, size, peers } = withPeers(process)
    this.id = id
    this.size = size
    this.peers = peers
    this.parameters = process.parameters
    this.state = copied(process.state)
    this.disk = copied(process.disk)
    this.#timers = new Map(process.timers)
    this.#incarnation = process.incarnation
    this.#circumstances = circumstances
  }

  /** The process that this node has become. */
  get process(): Process {
    const { id, size, parameters, state, disk } = this
    return { id, size, parameters, state, disk, timers: this.#timers, incarnation: this.#incarnation }
  }

  /** A timer that has run out is armed no more. */
  disarm(event: ProcessEvent): void {
    if (event.type === "timeout") this.#timers.delete(event.timer)
  }

  now(): Micros {
    return this.#circumstances.now
  }

  random(low: number, high: number): number {
    return this.#circumstances.random(low, high)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    if (to === this.id) this.ownMail.push(copied(message))
    else this.effects.push({ type: "send", to, message: copied(message), purpose })
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.effects.push({ type: "broadcast", message: copied(message), purpose })
  }

  setTimer(timer: string, delay: Micros): void {
    this.#timers.set(timer, delay)
    this.effects.push({ type: "setTimer", timer, delay })
  }

  cancelTimer(timer: string): void {
    this.#timers.delete(timer)
    this.effects.push({ type: "cancelTimer", timer })
  }

  save(registers: Partial<object>): void {
    Object.assign(this.disk, copied(registers))
    this.effects.push({ type: "save", registers: copied(registers) })
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#log(log).push(copied(entry))
    this.effects.push({ type: "append", log, entry: copied(entry) })
  }

  truncate(log: LogName<object>, length: number): void {
    const entries = this.#log(log)
    entries.length = Math.min(entries.length, length)
    this.effects.push({ type: "truncate", log, length })
  }

  discard(log: LogName<object>, count: number): void {
    this.#log(log).splice(0, count)
    this.effects.push({ type: "discard", log, count })
  }

  reply(client: ClientId, reply: object): void {
    this.effects.push({ type: "reply", client, reply: copied(reply) })
  }

  report(fact: Tagged): void {
    this.effects.push({ type: "report", fact: copied(fact) })
  }

  #log(name: string): unknown[] {
    const log: unknown = Object.entries(this.disk).find(([register]) => register === name)?.[1]
    if (!Array.isArray(log)) throw new Error(`the disk has no log "${name}"`)
    return log
  }
}
