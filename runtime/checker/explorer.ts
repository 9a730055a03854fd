/**
 * Visits every state of a group breadth first, so that what it finds wrong is found on a shortest path.
 *
 * A state is a row of integers: the processes, what may still go wrong, what watches, and the messages under way. Only the
 * rows of two levels are kept; of all other states the fingerprint, and by which choice they came from which state.
 */
import type { NodeId } from "../contract/algorithm.ts"
import { Actors } from "./actors.ts"
import { Integers, Rows } from "./arrays.ts"
import { AMNESIA, Counters, CRASH, DUPLICATE, FREE, LOSS, RETRY, SPENT } from "./counters.ts"
import { Fingerprints, spread } from "./fingerprints.ts"
import type { Exploration, Violation } from "./exploration.ts"
import type { Bounds, Model } from "./model.ts"
import { COUNT, FAILED, HIGH, LOW, NEWS, NEXT, OTHERWISE, SENT, Steps } from "./steps.ts"
import * as trail from "./trail.ts"
import { Watching } from "./watching.ts"

const { DELIVER } = trail

const COUNTERS_LOW = 0x7feb352d
const COUNTERS_HIGH = 0x68e31da4
const WATCH_LOW = 0x5851f42d
const WATCH_HIGH = 0x14057b7e

const MAX_STATES = 100_000_000

/** States expanded from one pulse to the next. */
const PULSE = 1 << 12

/** The problem of a state in which nothing can happen any more. */
export const STALL = "nothing is under way that changes anything, no timer is armed, and not all is done"

/** In place of a message that is taken from those under way, or of a process that changes. */
const NONE = -1

export class Explorer {
  readonly #actors: Actors
  readonly #steps: Steps
  readonly #model: Model
  readonly #counters: Counters
  readonly #watching: Watching
  readonly #fingerprints = new Fingerprints()
  readonly #isSet: boolean
  readonly #countsIdle: boolean
  /** The places of the words of a row: processes come first, messages last. */
  readonly #countersAt: number
  readonly #watchAt: number
  readonly #countAt: number
  readonly #messagesAt: number
  /** Rows of the level that is expanded, and of the next. */
  #level = new Rows()
  #next = new Rows()
  readonly #trail = new trail.Trail()
  /** By event, the number of the last expansion in which it was under way. */
  readonly #met = new Integers()
  /** By event, what a timer that runs out, or a client's move, spends; and whether a message can be lost or come twice. */
  readonly #kinds: (number | undefined)[] = []
  readonly #areFragile: (boolean | undefined)[] = []
  /** The ways in which a process ends, each with its events, one for each process. */
  readonly #endings: readonly { readonly kind: number; readonly choice: number; readonly events: readonly number[] }[]
  #expansion = 0
  #generated = 1
  #depth = 0
  #pulse: Bounds["pulse"]
  #isStopped = false
  /** States of the level that were not expanded yet. */
  #unexpanded = 0
  /** The state that is expanded, the place of its row, and the halves of its fingerprint without the watch and counters. */
  #state = 0
  #row = 0
  #low = 0
  #high = 0
  #wrong: Omit<Violation, "path"> | null = null
  /** The state in which it was found. */
  #wrongAt = 0

  constructor(model: Model) {
    this.#model = model
    this.#isSet = model.network === "set"
    this.#countsIdle = model.idleSteps === true
    this.#actors = new Actors(model.algorithm, model.size, model.clients)
    this.#steps = new Steps(this.#actors, this.#isSet)
    this.#counters = new Counters(model.budgets)
    this.#watching = new Watching(model.watch)
    const { count, processes } = this.#actors
    this.#countersAt = count
    this.#watchAt = count + 1
    this.#countAt = count + 2
    this.#messagesAt = count + 3
    const endings = [
      { kind: CRASH, type: "crash", choice: trail.CRASH },
      { kind: AMNESIA, type: "amnesia", choice: trail.AMNESIA },
    ] as const
    this.#endings = endings.map(({ kind, type, choice }) => {
      const events = Array.from({ length: processes }, (_, id) => this.#steps.eventOf(id, { type }))
      return { kind, choice, events }
    })
  }

  /** Visits all states within the bounds, or those up to the first violation. */
  explore({ depth: deepest = Infinity, states: most = MAX_STATES, pulse }: Bounds = {}): Exploration {
    this.#begin()
    this.#pulse = pulse
    let base = 0
    while (this.#wrong === null && this.#next.length > 0) {
      ;[this.#level, this.#next] = [this.#next, this.#level.emptied()]
      const first = base
      base = this.#trail.length
      this.#unexpanded = base - first
      if (this.#depth === deepest || this.#fingerprints.size >= most || this.#isStopped) break
      this.#expandLevel(first, base)
      if (this.#next.length > 0) this.#depth++
    }
    const unexpanded = this.#unexpanded + (this.#isStopped ? this.#trail.length - base : 0)
    return {
      states: this.#fingerprints.size,
      generated: this.#generated,
      processes: this.#steps.processes,
      handled: this.#steps.handled,
      watched: this.#watching.size,
      depth: this.#depth,
      isComplete: unexpanded === 0 && this.#wrong === null,
      unexpanded,
      missed: this.#watching.missed,
      violation: this.#wrong === null ? null : { ...this.#wrong, path: this.#path },
    }
  }

  /** The path to what is wrong. */
  get #path(): Violation["path"] {
    return this.#trail.pathTo(this.#wrongAt, event => this.#steps.occurrenceOf(event))
  }

  /** Boots all nodes; the requests are under way. */
  #begin(): void {
    const steps = this.#steps
    const { parameters, asks } = this.#model
    const row = this.#next
    const messages = asks.map(({ to, client, request }) => steps.eventOf(to, { type: "request", client, request }))
    let watch = this.#watching.first
    for (let id: NodeId = 0; id < this.#actors.count; id++) {
      const fresh = steps.fresh(id, parameters)
      if (id >= this.#actors.processes) {
        row.push(fresh)
        continue
      }
      const record = steps.recordOf(fresh, steps.eventOf(id, { type: "start" }))
      const { records } = steps
      if (records[record + NEXT] === FAILED) throw steps.errorOf(records[record + NEWS]!)
      row.push(records[record + NEXT]!)
      watch = this.#watchAfter(watch, records[record + NEWS]!)
      for (let i = 0; i < records[record + COUNT]!; i++) messages.push(records[record + SENT + i]!)
    }
    const underWay = this.#isSet ? [...new Set(messages)] : messages
    row.push(this.#counters.full)
    row.push(watch)
    row.push(underWay.length)
    for (const event of underWay) row.push(event)
    this.#load(row.words, 0)
    this.#fingerprints.add(
      this.#lowOf(this.#low, this.#counters.full, watch),
      this.#highOf(this.#high, this.#counters.full, watch),
    )
    this.#trail.push(0, 0, 0)
    this.#judge(watch)
  }

  /** @param first the number of the level's first state @param end that of the first one after it */
  #expandLevel(first: number, end: number): void {
    const { words, length } = this.#level
    let state = first
    for (let row = 0; row < length && this.#wrong === null; state++) {
      this.#state = state
      this.#row = row
      this.#load(words, row)
      const before = this.#generated
      this.#deliveries(words, row)
      this.#timeouts(words, row)
      if (this.#generated === before && this.#model.findsStalls === true) this.#judgeStall(words, row)
      this.#crashes(words, row)
      row += this.#messagesAt + words[row + this.#countAt]!
      this.#unexpanded = end - state - 1
      if (state % PULSE === 0 && this.#isToStop()) return
    }
  }

  #isToStop(): boolean {
    const progress = { states: this.#fingerprints.size, generated: this.#generated, depth: this.#depth }
    this.#isStopped = this.#pulse?.(progress) === true
    return this.#isStopped
  }

  /** Sums up the fingerprint of a row but for what watches and the counters. */
  #load(words: Int32Array, row: number): void {
    const { messageLow, messageHigh } = this.#steps
    let low = 0
    let high = 0
    for (let id = 0; id < this.#countersAt; id++) {
      low = (low + Steps.lowOf(words[row + id]!)) | 0
      high = (high + Steps.highOf(words[row + id]!)) | 0
    }
    const end = row + this.#messagesAt + words[row + this.#countAt]!
    for (let at = row + this.#messagesAt; at < end; at++) {
      low = (low + messageLow[words[at]!]!) | 0
      high = (high + messageHigh[words[at]!]!) | 0
    }
    this.#low = low
    this.#high = high
  }

  #lowOf(low: number, counters: number, watch: number): number {
    return (low + spread(counters, COUNTERS_LOW) + spread(watch, WATCH_LOW)) | 0
  }

  #highOf(high: number, counters: number, watch: number): number {
    return (high + spread(counters, COUNTERS_HIGH) + spread(watch, WATCH_HIGH)) | 0
  }

  /** Every message under way arrives, arrives and stays, or gets lost; of equal ones the first. */
  #deliveries(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    const again = this.#counters.after(counters, DUPLICATE)
    const lost = this.#counters.after(counters, LOSS)
    const expansion = ++this.#expansion
    const from = row + this.#messagesAt
    const end = from + words[row + this.#countAt]!
    if (this.#isSet) for (let at = from; at < end; at++) this.#met.set(words[at]!, expansion)
    for (let at = from; at < end; at++) {
      const event = words[at]!
      if (!this.#isSet) {
        if (this.#met.get(event) === expansion) continue
        this.#met.set(event, expansion)
      }
      this.#step(event, at - from, counters, DELIVER)
      if ((again === SPENT && lost === SPENT) || !this.#isFragile(event)) continue
      if (again !== SPENT) this.#step(event, NONE, again, trail.DUPLICATE)
      if (lost !== SPENT) this.#lose(event, at - from, lost)
    }
  }

  /** Messages of clients that act of their own accord are neither lost nor duplicated. */
  #isFragile(event: number): boolean {
    return (this.#areFragile[event] ??=
      this.#model.clients === undefined || this.#steps.occurrenceOf(event).happening.type === "receive")
  }

  #timeouts(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    const steps = this.#steps
    for (let id = 0; id < this.#countersAt; id++) {
      for (const event of steps.armedOf(words[row + id]!)) {
        const kind = this.#kindOf(event)
        const left = kind === FREE ? counters : this.#counters.after(counters, kind)
        if (left !== SPENT) this.#step(event, NONE, left, kind === FREE || kind === RETRY ? trail.MOVE : trail.TIMEOUT)
      }
    }
  }

  /** Nothing can happen to a state but that something fails. */
  #judgeStall(words: Int32Array, row: number): void {
    if (this.#watching.isDone(words[row + this.#watchAt]!)) return
    for (let id = 0; id < this.#countersAt; id++) if (this.#steps.armedOf(words[row + id]!).length > 0) return
    this.#wrong ??= { reason: STALL, isStall: true }
    this.#wrongAt = this.#state
  }

  #crashes(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    for (const { kind, choice, events } of this.#endings) {
      const left = this.#counters.after(counters, kind)
      if (left === SPENT) continue
      for (const event of events) this.#step(event, NONE, left, choice)
    }
  }

  #kindOf(event: number): number {
    return (this.#kinds[event] ??= this.#newKindOf(event))
  }

  #newKindOf(event: number): number {
    const { happening } = this.#steps.occurrenceOf(event)
    if (happening.type === "timeout") return this.#counters.kindOf(happening.timer)
    return happening.type === "move" && happening.isRetry === true ? RETRY : FREE
  }

  /** An event comes to its node, with every outcome. @param taken the place of the message that it takes */
  #step(event: number, taken: number, counters: number, choice: number): void {
    const to = this.#steps.to[event]!
    const process = this.#level.words[this.#row + to]!
    for (
      let record = this.#steps.recordOf(process, event);
      record !== 0;
      record = this.#steps.records[record + OTHERWISE]!
    ) {
      const { records } = this.#steps
      const next = records[record + NEXT]!
      if (next === FAILED) return this.#fail(this.#steps.errorOf(records[record + NEWS]!), choice, event)
      if (choice === DELIVER && !this.#countsIdle && next === process) {
        if (records[record + NEWS] === 0 && records[record + COUNT] === 0) continue
      }
      this.#reach(record, to, event, taken, counters, choice)
    }
  }

  #reach(record: number, to: NodeId, event: number, taken: number, counters: number, choice: number): void {
    this.#generated++
    const steps = this.#steps
    const { records } = steps
    let low = this.#low + records[record + LOW]!
    let high = this.#high + records[record + HIGH]!
    if (taken !== NONE) {
      low -= steps.messageLow[event]!
      high -= steps.messageHigh[event]!
    }
    if (this.#isSet) {
      for (let i = 0; i < records[record + COUNT]!; i++) {
        const sent = records[record + SENT + i]!
        if (!this.#isNew(record, i, taken === NONE ? NONE : event)) continue
        low = (low + steps.messageLow[sent]!) | 0
        high = (high + steps.messageHigh[sent]!) | 0
      }
    }
    const watch = this.#watchAfter(this.#level.words[this.#row + this.#watchAt]!, records[record + NEWS]!)
    if (!this.#fingerprints.add(this.#lowOf(low, counters, watch), this.#highOf(high, counters, watch))) return
    this.#write(record, to, event, taken, counters, watch)
    this.#trail.push(this.#state, choice, event)
    this.#judge(watch)
  }

  /** In a set: whether the i-th message that is sent is not under way yet. */
  #isNew(record: number, i: number, taken: number): boolean {
    const { records } = this.#steps
    const sent = records[record + SENT + i]!
    for (let before = 0; before < i; before++) if (records[record + SENT + before] === sent) return false
    return sent === taken || this.#met.get(sent) !== this.#expansion
  }

  #write(record: number, to: NodeId, event: number, taken: number, counters: number, watch: number): void {
    const { records } = this.#steps
    const next = this.#next
    const start = this.#copy(to, records[record + NEXT]!, taken, counters, watch)
    for (let i = 0; i < records[record + COUNT]!; i++) {
      if (!this.#isSet || this.#isNew(record, i, taken === NONE ? NONE : event)) next.push(records[record + SENT + i]!)
    }
    next.words[start + this.#countAt] = next.length - start - this.#messagesAt
  }

  /** Copies the row to the next level, but for one process and one message. @returns the place of the new row */
  #copy(to: NodeId, process: number, taken: number, counters: number, watch: number): number {
    const { words } = this.#level
    const next = this.#next
    const row = this.#row
    const start = next.length
    for (let id = 0; id < this.#countersAt; id++) next.push(id === to ? process : words[row + id]!)
    next.push(counters)
    next.push(watch)
    const count = words[row + this.#countAt]!
    next.push(taken === NONE ? count : count - 1)
    const from = row + this.#messagesAt
    for (let place = 0; place < count; place++) if (place !== taken) next.push(words[from + place]!)
    return start
  }

  #lose(event: number, taken: number, counters: number): void {
    this.#generated++
    const watch = this.#level.words[this.#row + this.#watchAt]!
    const low = this.#lowOf(this.#low - this.#steps.messageLow[event]!, counters, watch)
    const high = this.#highOf(this.#high - this.#steps.messageHigh[event]!, counters, watch)
    if (!this.#fingerprints.add(low, high)) return
    this.#copy(NONE, NONE, taken, counters, watch)
    this.#trail.push(this.#state, trail.LOSE, event)
  }

  #watchAfter(watch: number, news: number): number {
    return news === 0 ? watch : this.#watching.after(watch, news, this.#newsOf)
  }

  readonly #newsOf = (news: number) => this.#steps.newsOf(news)

  #judge(watch: number): void {
    const reason = this.#watching.problemOf(watch)
    if (reason !== null) this.#condemn({ reason })
  }

  #fail(error: unknown, choice: number, event: number): void {
    this.#trail.push(this.#state, choice, event)
    this.#condemn({ reason: String(error), error })
  }

  /** Something is wrong in the state that was reached last. */
  #condemn(wrong: Omit<Violation, "path">): void {
    if (this.#wrong !== null) return
    this.#wrong = wrong
    this.#wrongAt = this.#trail.length - 1
  }
}
