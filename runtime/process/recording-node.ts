/** A node that records its handlers' effects as data, one after the other. */
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

/** The default secret for signatures. */
export const SECRET = 0

/** The inputs of a handler that are not part of its process. */
export interface Circumstances {
  /** The time on the process's own clock. */
  readonly now: Micros
  /** Draws an integer from `low` to `high`, both included. */
  readonly random: (low: number, high: number) => number
  /** Signs and verifies; default: signatures that are the same in all runs, so that recurring states are equal. */
  readonly signing?: Pick<Node<Shape>, "sign" | "verify">
  /** True if a deadline in its state has passed; absent: the clock decides. */
  readonly isOver?: (deadline: Micros) => boolean
}

/** The memory on which a node's handlers work. */
export interface Memory extends Identity<Shape> {
  readonly state: object
}

/**
 * The node for hosts that take handlers' effects as data. It does nothing itself: each effect goes to the host at once,
 * unchanged. Writes must be on its disk when the host returns ({@link writeTo}).
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
   * @param memory state and disk belong to the node: handlers change the state, the host changes the disk
   * @param record must copy an effect to retain it
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

/** Applies a handler's write to a disk in memory; does nothing for other effects. */
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
