/** Calls the algorithm's handlers: at boot, and for messages, requests and timers when a node handles them. */
import type { Algorithm, Beginning, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import { typeOf } from "./events/event-kinds.ts"
import type { EventQueue } from "./events/event-queue.ts"
import type { Meter } from "./meter.ts"
import type { Output } from "./output.ts"
import type { Shared } from "./shared.ts"
import type { AnyHandler, PlayedPart, SimulatedNode } from "./nodes/simulated-node.ts"
import type { Part } from "../contract/parts.ts"
import type { KeyedTimer } from "./nodes/keyed-timers.ts"
import type { Timers } from "./nodes/timers.ts"
import type { Observer } from "./trace.ts"

/** Stands for a message if a handler takes none. */
const NOTHING: Tagged = { type: "" }

/** Handles errors thrown by handlers. */
export interface Warden {
  /** @throws the error, unless the run continues without the node */
  thrown(node: SimulatedNode, error: unknown): void
}

export class Handlers {
  readonly #queue: EventQueue<object>
  readonly #observer: Observer | undefined
  readonly #algorithm: Algorithm
  readonly #beginning: Beginning | undefined
  readonly #meter: Meter
  readonly #output: Output
  readonly #timers: Timers

  constructor(shared: Shared, beginning: Beginning | undefined, meter: Meter, output: Output, timers: Timers) {
    const { algorithm } = shared.scenario
    this.#queue = shared.queue
    this.#observer = shared.observer
    this.#algorithm = algorithm
    this.#beginning = beginning
    this.#meter = meter
    this.#output = output
    this.#timers = timers
  }

  /** The handlers of a part by index. A call of one that only other parts have ends the run. */
  played(part: Part, name: string): PlayedPart {
    const lacks = (what: string): AnyHandler => {
      return () => {
        throw new Error(`${this.#algorithm.name}: ${name} has no handler for ${what}`)
      }
    }
    return {
      part,
      receive: this.#meter.types.map(type => part.receive[type] ?? lacks(`the message ${type}`)),
      timeout: this.#timers.names.map(timer => part.timeout[timer] ?? lacks(`the timer ${timer}`)),
    }
  }

  /** Handles errors thrown by handlers; set before the first is called. */
  declare warden: Warden

  /** Boots a process on a node. */
  boot(node: SimulatedNode): void {
    this.#act(this.#start, node, NOTHING, node.id)
  }

  /** @param kind the kind of the message's arrival */
  receive(kind: number, from: NodeId, node: SimulatedNode, message: Tagged): void {
    this.#meter.delivered++
    if (this.#observer !== undefined) {
      this.#observer({ type: "deliver", time: this.#queue.time, node: node.id, from, message })
    }
    this.#output.answers(from, kind)
    this.#act(node.receive[typeOf(kind)]!, node, message, from)
    this.#output.answersNothing()
  }

  request(client: ClientId, node: SimulatedNode, request: Tagged): void {
    const handle = node.part.request?.[request.type]
    if (handle === undefined) throw new Error(`${this.#algorithm.name} has no request "${request.type}"`)
    this.#meter.delivered++
    if (this.#observer !== undefined) {
      this.#observer({ type: "request", time: this.#queue.time, node: node.id, client, request })
    }
    this.#act(handle, node, request, client)
  }

  /** A timer has fired: it is no longer armed. */
  timeout(index: number, node: SimulatedNode, keyed: KeyedTimer | null): void {
    if (keyed === null) this.#timers.cancel(node.id, index)
    else this.#timers.keyed.cancel(node.id, index, keyed.key)
    if (this.#observer !== undefined) {
      const timer = this.#timers.names[index]!
      const key = keyed === null ? {} : { key: keyed.key }
      this.#observer({ type: "timeout", time: this.#queue.time, node: node.id, timer, ...key })
    }
    this.#act(node.timeout[index]!, node, keyed?.key, index)
  }

  /**
   * Runs a handler of a node. All handlers are called from here: at boot, and for messages, requests and timers,
   * whether handled at once or later.
   */
  #act(handler: AnyHandler, node: SimulatedNode, what: Tagged | number | undefined, source: number): void {
    try {
      handler(node, what, source)
    } catch (error) {
      this.#output.departures.discard()
      this.warden.thrown(node, error)
    }
    if (this.#output.isHeld) this.#output.departures.flush(node)
  }

  /** The handler that {@link #act} runs at a boot. */
  readonly #start: AnyHandler = node => {
    node.state = node.part.state(node)
    this.#observer?.({ type: "boot", time: this.#queue.time, node: node.id })
    const { recover, begins } = this.#algorithm
    const { start } = node.part
    if (node.id >= node.size) return start(node)
    if (node.incarnation > 1 && recover !== undefined) return recover(node)
    const leader = node.incarnation === 1 ? (this.#beginning?.leader ?? null) : null
    if (leader === null) start(node)
    else begins?.start(node, leader, this.#beginning!)
  }
}
