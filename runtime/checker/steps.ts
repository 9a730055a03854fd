/**
 * The steps of single processes, memoized: in more than 99 of 100 transitions of a group, the same process has met the
 * same event before.
 *
 * Processes and events have numbers here. A step is a record in an array of integers; see the names of its words.
 */
import type { NodeId } from "../contract/algorithm.ts"
import { type Actor, type Actors, isDead } from "./actors.ts"
import { doubled } from "./arrays.ts"
import { Draws } from "./draws.ts"
import type { Happening, Occurrence } from "./happening.ts"
import type { Reported } from "./model.ts"
import { Numbering } from "./numbering.ts"

/** The words of a record: the process after the step, or {@link FAILED}. */
export const NEXT = 0
/** The step's changes to a fingerprint's halves: of the process and, for a bag, of the messages sent. */
export const LOW = 1
export const HIGH = 2
/** The number of the facts reported, all together; 0: none. */
export const NEWS = 3
/** The index of the record of another outcome of the same step, had the process drawn otherwise; 0: none. */
export const OTHERWISE = 4
/** The number of messages sent; their numbers follow. */
export const COUNT = 5
export const SENT = 6

/** In place of a process: the handler threw. The word for the facts is then the number of the error. */
export const FAILED = -1

/** Steps as data to keep and clone. */
export interface StepsSnapshot {
  readonly records: Int32Array
  /** Process and event of each step, in the order of the records. */
  readonly known: Int32Array
  readonly processes: readonly Actor[]
  readonly events: readonly Occurrence[]
  readonly news: readonly (readonly Reported[])[]
  readonly handled: number
}

export class Steps {
  /** The records, one after the other. */
  records = new Int32Array(1 << 12)
  /** By event: its node, and the halves of its part in a fingerprint while it is in flight. */
  readonly to: NodeId[] = []
  readonly messageLow: readonly number[]
  readonly messageHigh: readonly number[]
  /** By process, the halves of its part in a fingerprint. */
  readonly processLow: readonly number[]
  readonly processHigh: readonly number[]
  /** Handlers run so far. */
  handled = 0
  /** Called with each step computed: its process, event and first record. */
  witness: ((process: number, event: number, record: number) => void) | null = null
  readonly #actors: Actors
  readonly #sumsSends: boolean
  readonly #processes = new Numbering<Actor>("process")
  readonly #events = new Numbering<Occurrence>("event")
  readonly #news = new Numbering<readonly Reported[]>("news")
  readonly #errors: unknown[] = []
  readonly #memo = new Memo()
  /** By process, the events that are its armed timers and the moves of its client. */
  readonly #armed: (readonly number[] | undefined)[] = []
  readonly #areDead: (boolean | undefined)[] = []
  /** The index of the next record. Index 0 stays free. */
  #end = 1

  /** @param sumsSends true if the part of a message in a fingerprint is independent of others in flight */
  constructor(actors: Actors, sumsSends: boolean) {
    this.#actors = actors
    this.#sumsSends = sumsSends
    this.messageLow = this.#events.lows
    this.messageHigh = this.#events.highs
    this.processLow = this.#processes.lows
    this.processHigh = this.#processes.highs
    this.#news.numberOf([])
  }

  /** The number of a node's process before its first boot. */
  fresh(id: NodeId, parameters: object): number {
    return this.#processes.numberOf(this.#actors.fresh(id, parameters))
  }

  /** @param age of a message, with a clock */
  eventOf(to: NodeId, happening: Happening, age = 0): number {
    const event = this.#events.numberOf(age === 0 ? { to, happening } : { to, happening, age })
    if (event === this.to.length) this.to.push(to)
    return event
  }

  occurrenceOf(event: number): Occurrence {
    return this.#events.valueOf(event)
  }

  processOf(number: number): Actor {
    return this.#processes.valueOf(number)
  }

  newsOf(number: number): readonly Reported[] {
    return this.#news.valueOf(number)
  }

  numberOf(actor: Actor): number {
    return this.#processes.numberOf(actor)
  }

  newsNumberOf(reported: readonly Reported[]): number {
    return this.#news.numberOf(reported)
  }

  errorOf(number: number): unknown {
    return this.#errors[number]
  }

  get processes(): number {
    return this.#processes.size
  }

  snapshot(): StepsSnapshot {
    const { handled } = this
    const [processes, events, news] = [this.#processes.values, this.#events.values, this.#news.values]
    return { records: this.records.slice(0, this.#end), known: this.#memo.snapshot(), processes, events, news, handled }
  }

  /**
   * Adopts the steps of an exploration of the same model, with the same numbers. Each is computed again.
   *
   * @throws Error if any outcome differs: the algorithm has changed
   */
  restore({ records, known, processes, events, news, handled }: StepsSnapshot): void {
    for (const process of processes) this.#processes.numberOf(process)
    for (const { to, happening, age } of events) this.eventOf(to, happening, age)
    for (const reported of news) this.#news.numberOf(reported)
    for (let at = 0; at < known.length; at += 2) this.recordOf(known[at]!, known[at + 1]!)
    if (this.#end !== records.length || records.some((word, at) => word !== this.records[at])) {
      throw new Error("its handlers do other things than they did")
    }
    this.handled = handled
  }

  /** True if a process has stopped for good. */
  isDead(process: number): boolean {
    return (this.#areDead[process] ??= isDead(this.#processes.valueOf(process)))
  }

  /** The armed timers of a process and the moves of its client, as events. */
  armedOf(process: number): readonly number[] {
    return (this.#armed[process] ??= this.#movesOf(this.#processes.valueOf(process)))
  }

  /** The record of the outcome of an event for a process. */
  recordOf(process: number, event: number): number {
    return this.#memo.get(process, event) || this.#work(process, event)
  }

  #movesOf(actor: Actor): readonly number[] {
    return this.#actors.movesOf(actor).map(happening => this.eventOf(actor.id, happening))
  }

  /** Computes a step with every outcome of its draws. @returns the record of the first */
  #work(process: number, event: number): number {
    let first = 0
    let last = 0
    const draws = new Draws()
    do {
      const record = this.#outcome(process, event, draws)
      if (first === 0) first = record
      else this.records[last + OTHERWISE] = record
      last = record
    } while (draws.next())
    this.#memo.set(process, event, first)
    this.witness?.(process, event, first)
    return first
  }

  #outcome(process: number, event: number, draws: Draws): number {
    this.handled++
    const before = this.#processes.valueOf(process)
    const { happening } = this.#events.valueOf(event)
    try {
      const { next, sent, reported } = this.#actors.act(before, happening, draws.draw)
      const arrivals = sent.map(each => this.eventOf(each.to, each.happening))
      return this.#write(process, this.#processes.numberOf(next), this.#news.numberOf(reported), arrivals)
    } catch (error) {
      return this.#write(process, FAILED, this.#errors.push(error) - 1, [])
    }
  }

  #write(before: number, next: number, news: number, sent: readonly number[]): number {
    while (this.#end + SENT + sent.length > this.records.length) this.records = doubled(this.records)
    const record = this.#end
    const { records } = this
    let low = 0
    let high = 0
    if (next !== FAILED) {
      low = this.processLow[next]! - this.processLow[before]!
      high = this.processHigh[next]! - this.processHigh[before]!
    }
    if (this.#sumsSends) {
      for (const event of sent) {
        low += this.messageLow[event]!
        high += this.messageHigh[event]!
      }
    }
    records[record + NEXT] = next
    records[record + LOW] = low
    records[record + HIGH] = high
    records[record + NEWS] = news
    records[record + COUNT] = sent.length
    records.set(sent, record + SENT)
    this.#end = record + SENT + sent.length
    return record
  }

  /** The part in a fingerprint's low half of the processes in a range of an array. */
  lowOf(words: Int32Array, from: number, count: number): number {
    let low = 0
    for (let at = from; at < from + count; at++) low = (low + this.processLow[words[at]!]!) | 0
    return low
  }

  highOf(words: Int32Array, from: number, count: number): number {
    let high = 0
    for (let at = from; at < from + count; at++) high = (high + this.processHigh[words[at]!]!) | 0
    return high
  }
}

/** Records by process and event. */
class Memo {
  /** Process, event and record of each slot; record 0: free. */
  #slots = new Int32Array(3 << 12)
  #mask = (1 << 12) - 1
  #size = 0

  /** 0 if there is none. */
  get(process: number, event: number): number {
    const slots = this.#slots
    let slot = hashOf(process, event) & this.#mask
    for (;;) {
      const at = 3 * slot
      const record = slots[at + 2]!
      if (record === 0 || (slots[at] === process && slots[at + 1] === event)) return record
      slot = (slot + 1) & this.#mask
    }
  }

  /** Must be called only once for a process and event. */
  set(process: number, event: number, record: number): void {
    if (2 * ++this.#size > this.#mask) this.#grow()
    insert(this.#slots, this.#mask, process, event, record)
  }

  /** Process and event of each known step, in the order of their records. */
  snapshot(): Int32Array {
    const places = Array.from({ length: this.#slots.length / 3 }, (_, slot) => 3 * slot)
    const taken = places.filter(at => this.#slots[at + 2] !== 0)
    const inOrder = taken.toSorted((a, b) => this.#slots[a + 2]! - this.#slots[b + 2]!)
    return Int32Array.from(inOrder.flatMap(at => [this.#slots[at]!, this.#slots[at + 1]!]))
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(2 * old.length)
    this.#mask = 2 * this.#mask + 1
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] !== 0) insert(this.#slots, this.#mask, old[at]!, old[at + 1]!, old[at + 2]!)
    }
  }
}

function insert(slots: Int32Array, mask: number, process: number, event: number, record: number): void {
  let slot = hashOf(process, event) & mask
  while (slots[3 * slot + 2] !== 0) slot = (slot + 1) & mask
  slots[3 * slot] = process
  slots[3 * slot + 1] = event
  slots[3 * slot + 2] = record
}

function hashOf(process: number, event: number): number {
  const mixed = Math.imul(process, 0x9e3779b1) ^ Math.imul(event, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
