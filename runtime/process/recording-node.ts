/** A node whose handlers' effects come out as data, one after the other. */
import type {
  ClientId,
  Identity,
  LogName,
  Node,
  NodeId,
  Purpose,
  Release,
  Shape,
  Signature,
  Tagged,
} from "../contract/algorithm.ts"
import type { Micros } from "../contract/units.ts"
import { type Effect, timerNamed } from "./effect.ts"
import { signatureOf } from "./signature.ts"

/** The secret that signatures are made with where no host gives another one. */
export const SECRET = 0

/** The things that a handler may ask for which are no part of its process. */
export interface Circumstances {
  /** The time on the process's own clock. */
  readonly now: Micros
  /** Draws an integer from `low` to `high`, both included. */
  readonly random: (low: number, high: number) => number
  /** Who signs, and checks signatures; default: signatures that are the same in all runs, as a state is then that comes again. */
  readonly signing?: Pick<Node<Shape>, "sign" | "verify">
  /** True if a deadline in its state is over; absent where the clock decides. */
  readonly isOver?: (deadline: Micros) => boolean
}

/** The memory that the handlers of a node work on. */
export interface Memory extends Identity<Shape> {
  readonly state: object
}

/**
 * The node that handlers get from a host which takes what they do as data. It does nothing itself: each effect goes to the
 * host at once, as the handler gave it. What was written must be on its disk when the host returns ({@link writeTo}).
 */
export class RecordingNode implements Node<Shape> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: object
  state: object
  readonly disk: object
  readonly #memory: Memory
  readonly #circumstances: Circumstances
  readonly #record: (effect: Effect) => void

  /**
   * @param memory state and disk are the node's own: handlers change the one, the host the other
   * @param record may keep an effect only as a copy
   */
  constructor(memory: Memory, circumstances: Circumstances, record: (effect: Effect) => void) {
    const { id, size, peers, parameters, state, disk } = memory
    this.#memory = memory
    this.id = id
    this.size = size
    this.peers = peers
    this.parameters = parameters
    this.state = state
    this.disk = disk
    this.#circumstances = circumstances
    this.#record = record
  }

  role(name: never): readonly NodeId[] {
    return this.#memory.role(name)
  }

  now(): Micros {
    return this.#circumstances.now
  }

  isOver(deadline: Micros): boolean {
    return this.#circumstances.isOver?.(deadline) ?? this.now() >= deadline
  }

  random(low: number, high: number): number {
    return this.#circumstances.random(low, high)
  }

  sign(content: unknown): Signature {
    return this.#circumstances.signing?.sign(content) ?? signatureOf(SECRET, this.id, content)
  }

  verify(signature: Signature, signer: NodeId, content: unknown): boolean {
    const { signing } = this.#circumstances
    return signing?.verify(signature, signer, content) ?? signature === signatureOf(SECRET, signer, content)
  }

  send(to: NodeId, message: Tagged, purpose: Purpose = "protocol", release?: Release): void {
    this.#record({ type: "send", to, message, purpose, ...released(release) })
  }

  broadcast(message: Tagged, purpose: Purpose = "protocol"): void {
    this.#record({ type: "broadcast", message, purpose })
  }

  setTimer(timer: string, delay: Micros, key?: number): void {
    this.#record({ type: "setTimer", ...timerNamed(timer, key), delay })
  }

  cancelTimer(timer: string, key?: number): void {
    this.#record({ type: "cancelTimer", ...timerNamed(timer, key) })
  }

  save(registers: Partial<object>): void {
    this.#record({ type: "save", registers })
  }

  append(log: LogName<object>, entry: unknown): void {
    this.#record({ type: "append", log, entry })
  }

  truncate(log: LogName<object>, length: number): void {
    this.#record({ type: "truncate", log, length })
  }

  discard(log: LogName<object>, count: number): void {
    this.#record({ type: "discard", log, count })
  }

  reply(client: ClientId, reply: object, release?: Release): void {
    this.#record({ type: "reply", client, reply, ...released(release) })
  }

  report(fact: Tagged, release?: Release): void {
    this.#record({ type: "report", fact, ...released(release) })
  }
}

function released(release: Release | undefined): { readonly release?: Release } {
  return release === undefined ? {} : { release }
}

/** Makes a write that a handler made on a disk in memory; nothing if the effect is no write. */
export function writeTo(disk: object, effect: Effect): void {
  if (effect.type === "save") Object.assign(disk, effect.registers)
  else if (effect.type === "append") logOf(disk, effect.log).push(effect.entry)
  else if (effect.type === "discard") logOf(disk, effect.log).splice(0, effect.count)
  else if (effect.type === "truncate") {
    const log = logOf(disk, effect.log)
    log.length = Math.min(log.length, effect.length)
  }
}

function logOf(disk: object, name: string): unknown[] {
  const log: unknown = Object.entries(disk).find(([register]) => register === name)?.[1]
  if (!Array.isArray(log)) throw new Error(`the disk has no log "${name}"`)
  return log
}
