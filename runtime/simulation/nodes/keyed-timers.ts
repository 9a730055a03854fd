/** Timers with keys: a node may have any number with the same name, such as one per instance of Paxos. */
import type { NodeId } from "../../contract/algorithm.ts"
import type { Micros } from "../../contract/units.ts"
import { TIMEOUT } from "../events/event-kinds.ts"
import type { EventQueue } from "../events/event-queue.ts"

/** One timer, which is also the payload of its queue entry. */
export interface KeyedTimer {
  readonly index: number
  readonly key: number
  /** When it fires; Infinity if it is not armed. */
  deadline: Micros
  /** The time of its live queue entry; Infinity if it has none. */
  queuedFor: Micros
}

export class KeyedTimers {
  /** The number of timer names. */
  readonly #names: number
  readonly #queue: EventQueue<object>
  /** The armed timers, by node and name, and then by key. */
  readonly #armed = new Map<number, Map<number, KeyedTimer>>()

  constructor(names: number, queue: EventQueue<object>) {
    this.#names = names
    this.#queue = queue
  }

  /** (Re)arms a timer. */
  set(node: NodeId, index: number, key: number, deadline: Micros): void {
    const armed = this.#armedAt(node, index)
    let timer = armed.get(key)
    if (timer === undefined) armed.set(key, (timer = { index, key, deadline, queuedFor: Infinity }))
    timer.deadline = deadline
    if (deadline < timer.queuedFor) this.#enqueue(node, timer)
  }

  cancel(node: NodeId, index: number, key: number): void {
    const armed = this.#armedAt(node, index)
    const timer = armed.get(key)
    if (timer === undefined) return
    timer.deadline = Infinity
    armed.delete(key)
  }

  cancelAll(node: NodeId): void {
    for (const { index, key } of this.armed(node)) this.cancel(node, index, key)
  }

  /** The armed timers of a node. */
  armed(node: NodeId): readonly KeyedTimer[] {
    if (this.#armed.size === 0) return []
    return Array.from({ length: this.#names }, (_, index) => [...this.#armedAt(node, index).values()]).flat()
  }

  /** The armed timer with a key, if any. */
  find(node: NodeId, index: number, key: number): KeyedTimer | undefined {
    return this.#armedAt(node, index).get(key)
  }

  /** See `Timers.expire`. */
  expire(node: NodeId, index: number, key: number, now: Micros): boolean {
    const timer = this.find(node, index, key)
    if (timer === undefined) return false
    timer.deadline = now
    timer.queuedFor = now
    return true
  }

  /** A queue entry is due. Returns true if its timer fires now; if it was re-armed, it is queued again. */
  takeEntry(node: NodeId, timer: KeyedTimer, now: Micros): boolean {
    // An entry that is not the live one was superseded by an earlier deadline.
    if (timer.queuedFor !== now) return false
    timer.queuedFor = Infinity
    if (timer.deadline <= now) return true
    if (timer.deadline !== Infinity) this.#enqueue(node, timer)
    return false
  }

  /** Scales the remaining spans of a node's timers at `now` by `factor`. */
  stretch(node: NodeId, factor: number, now: Micros): void {
    for (const { index, key, deadline } of this.armed(node)) {
      const left = deadline - now
      if (left > 0) this.set(node, index, key, now + Math.max(1, Math.round(left * factor)))
    }
  }

  #armedAt(node: NodeId, index: number): Map<number, KeyedTimer> {
    const place = node * this.#names + index
    let armed = this.#armed.get(place)
    if (armed === undefined) this.#armed.set(place, (armed = new Map()))
    return armed
  }

  #enqueue(node: NodeId, timer: KeyedTimer): void {
    timer.queuedFor = timer.deadline
    this.#queue.push(timer.deadline, TIMEOUT, timer.index, node, timer)
  }
}
