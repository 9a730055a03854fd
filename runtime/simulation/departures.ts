/**
 * Holds output until the writes before it are durable. It is held as records, so that a crash can suppress it, or a
 * part of it.
 */
import type { EventQueue } from "./events/event-queue.ts"
import { DEPART } from "./events/event-kinds.ts"
import type { Facts } from "./facts.ts"
import type { BreakingBroadcast, Departure, OutgoingMessage, SimulatedNode } from "./nodes/simulated-node.ts"
import type { Transport } from "./transport.ts"

export class Departures {
  readonly #queue: EventQueue<object>
  readonly #transport: Transport
  readonly #facts: Facts
  /** Output of the running handler. */
  #outbox: Departure[] = []

  constructor(queue: EventQueue<object>, transport: Transport, facts: Facts) {
    this.#queue = queue
    this.#transport = transport
    this.#facts = facts
  }

  /** Adds output of the running handler. */
  add(departure: Departure): void {
    this.#outbox.push(departure)
  }

  /** A handler has ended: its output leaves once the node's writes are durable. */
  flush(node: SimulatedNode): void {
    const departures = this.#outbox
    if (departures.length === 0) return
    this.#outbox = []
    const { durableAt } = node.storage
    if (durableAt < this.#queue.time) this.#release(node, departures)
    else if (durableAt !== Infinity) {
      node.held.push({ at: durableAt, departures })
      this.#queue.push(durableAt, DEPART, node.incarnation, node.id, departures)
    }
  }

  /** A handler was aborted: its output never leaves. */
  discard(): void {
    this.#outbox = []
  }

  /** Sends the output of a handler whose writes are now durable, unless the node has crashed since. */
  depart(node: SimulatedNode, incarnation: number, departures: readonly Departure[]): void {
    if (!node.up || node.incarnation !== incarnation) return
    node.held.shift()
    if (node.paused) node.stopped.push(...departures)
    else this.#release(node, departures)
  }

  /**
   * A node dies: output whose writes are durable by now still leaves, unless the node is paused; the rest never does.
   */
  lastWords(node: SimulatedNode): void {
    const { held } = node
    node.held = []
    node.stopped = []
    if (node.paused) return
    for (const { at, departures } of held) if (at <= this.#queue.time && node.up) this.#release(node, departures)
  }

  /** Sends the output that a pause has held back. */
  resume(node: SimulatedNode): void {
    const departures = node.stopped
    node.stopped = []
    this.#release(node, departures)
  }

  #release(node: SimulatedNode, departures: readonly Departure[]): void {
    for (const departure of departures) {
      switch (departure.what) {
        case "send":
          this.#transport.sendAll(node.id, [departure.sent])
          break
        case "broadcast":
          if (node.toBreak.length > 0 && this.#breaksOff(node, departure.sent)) return
          this.#transport.sendAll(node.id, departure.sent)
          break
        case "reply":
          this.#transport.reply(node.id, departure.client, departure.reply)
          break
        case "report":
          this.#facts.observe(node.id, departure.fact)
          break
      }
    }
  }

  /**
   * Crashes a node in the middle of a broadcast if this is the planned one: some of its messages leave, and no later
   * output.
   *
   * @returns true if it crashed
   */
  #breaksOff(node: SimulatedNode, sent: readonly OutgoingMessage[]): boolean {
    const place = node.toBreak.findIndex(({ after }) => after === 0)
    const [breaking] = place < 0 ? [] : node.toBreak.splice(place, 1)
    for (const later of node.toBreak) if (later.after > 0) later.after--
    if (breaking === undefined) return false
    const leaving = leavingOf(breaking, sent)
    this.#transport.sendAll(node.id, leaving)
    node.held = []
    node.stopped = []
    breaking.crash(leaving.map(({ to }) => to))
    return true
  }
}

/** The messages of a broken broadcast that leave. */
function leavingOf({ kept, random, reached }: BreakingBroadcast, sent: readonly OutgoingMessage[]) {
  if (reached !== undefined) return sent.filter(({ to }) => reached.includes(to))
  const places = random?.choose(kept, sent.length)
  return sent.filter((_, place) => places?.includes(place) ?? place < kept)
}
