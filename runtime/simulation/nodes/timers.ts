/**
 * The timers of all nodes: their deadlines, with one live queue entry for each.
 *
 * Algorithms re-arm their timers far more often than these fire. So re-arming only stores the new deadline; a queue
 * entry that is due too early is queued again for the deadline of that time.
 */
import type { NodeId } from "../../contract/algorithm.ts"
import { TIMEOUT } from "../events/event-kinds.ts"
import type { EventQueue } from "../events/event-queue.ts"
import { KeyedTimers } from "./keyed-timers.ts"
import { NameIndex } from "../../lib/name-index.ts"
import type { Micros } from "../../contract/units.ts"

/** An armed timer by its name, and the time at which it fires. */
export interface ArmedTimer {
  readonly timer: string
  readonly key?: number
  readonly at: Micros
}

export class Timers {
  /** The names of the algorithm's timers; elsewhere a timer is identified by its index here. */
  readonly names: readonly string[]
  /** The timers with keys. */
  readonly keyed: KeyedTimers
  readonly #queue: EventQueue<object>
  /** For each (node, timer): its deadline, and the time of its live queue entry; Infinity if none. */
  readonly #deadlines: Float64Array
  readonly #queuedFor: Float64Array
  readonly #index: NameIndex

  constructor(names: readonly string[], nodes: number, queue: EventQueue<object>) {
    this.names = names
    this.#index = new NameIndex(names)
    this.#queue = queue
    this.keyed = new KeyedTimers(names.length, queue)
    this.#deadlines = new Float64Array(nodes * names.length).fill(Infinity)
    this.#queuedFor = new Float64Array(nodes * names.length).fill(Infinity)
  }

  /** The index of a timer, or -1. */
  indexOf(timer: string): number {
    return this.#index.of(timer)
  }

  /** (Re)arms a timer. */
  set(node: NodeId, index: number, deadline: Micros): void {
    const place = node * this.names.length + index
    this.#deadlines[place] = deadline
    if (deadline < this.#queuedFor[place]!) this.#enqueue(place, node, index, deadline)
  }

  cancel(node: NodeId, index: number): void {
    this.#deadlines[node * this.names.length + index] = Infinity
  }

  cancelAll(node: NodeId): void {
    this.#deadlines.fill(Infinity, node * this.names.length, (node + 1) * this.names.length)
    this.keyed.cancelAll(node)
  }

  /** When a timer fires; Infinity if it is not armed. */
  deadline(node: NodeId, index: number): Micros {
    return this.#deadlines[node * this.names.length + index]!
  }

  /** The armed timers of a node, with their deadlines. */
  armed(node: NodeId): readonly ArmedTimer[] {
    const keyed = this.keyed.armed(node)
    return this.names.flatMap((timer, index): readonly ArmedTimer[] => {
      const at = this.deadline(node, index)
      const own = keyed.flatMap(each => (each.index === index ? [{ timer, key: each.key, at: each.deadline }] : []))
      return at === Infinity ? own : [{ timer, at }, ...own]
    })
  }

  /**
   * Lets an armed timer fire now, regardless of its deadline; the queue entry is up to the host. @returns true if it is
   * armed
   */
  expire(node: NodeId, index: number, key: number | undefined, now: Micros): boolean {
    if (key !== undefined) return this.keyed.expire(node, index, key, now)
    const place = node * this.names.length + index
    if (this.#deadlines[place] === Infinity) return false
    this.#deadlines[place] = now
    this.#queuedFor[place] = now
    return true
  }

  /** A queue entry is due. Returns true if its timer fires now; if it was re-armed, it is queued again. */
  takeEntry(node: NodeId, index: number, now: Micros): boolean {
    const place = node * this.names.length + index
    // An entry that is not the live one was superseded by an earlier deadline.
    if (this.#queuedFor[place] !== now) return false
    this.#queuedFor[place] = Infinity
    const deadline = this.#deadlines[place]!
    if (deadline <= now) return true
    if (deadline !== Infinity) this.#enqueue(place, node, index, deadline)
    return false
  }

  /** Scales the remaining spans of a node's timers at `now` by `factor`. */
  stretch(node: NodeId, factor: number, now: Micros): void {
    for (let index = 0; index < this.names.length; index++) {
      const left = this.deadline(node, index) - now
      if (left < Infinity && left > 0) this.set(node, index, now + Math.max(1, Math.round(left * factor)))
    }
    this.keyed.stretch(node, factor, now)
  }

  #enqueue(place: number, node: NodeId, index: number, deadline: Micros): void {
    this.#queuedFor[place] = deadline
    this.#queue.push(deadline, TIMEOUT, index, node, null)
  }
}
