/**
 * Visits every state of a group: breadth first, so that what it finds wrong is found on a shortest path, or depth first.
 *
 * A state is a row of integers: the processes, what may still go wrong, what watches, and the messages under way. Only the
 * rows of states that wait are kept; of all others the fingerprint, and by which choice they came from which state.
 */
import type { NodeId } from "../../contract/algorithm.ts"
import { STALL } from "../../contract/untimed.ts"
import { Actors } from "../actors.ts"
import { Integers } from "../arrays.ts"
import { beginningOf } from "../beginning.ts"
import { Counters, DUPLICATE, FREE, LOSS, SPENT } from "../counters.ts"
import type { Exploration } from "../exploration.ts"
import { LinkOrder } from "../link-order.ts"
import type { Bounds, Model } from "../model.ts"
import { Rounds } from "../rounds.ts"
import { type Ending, endingsOf, Spending } from "../spending.ts"
import { COUNT, FAILED, HIGH, LOW, NEWS, NEXT, OTHERWISE, SENT, Steps, type StepsSnapshot } from "../steps.ts"
import { Watching } from "../watching.ts"
import { type FoundSnapshot, FoundStates } from "./found-states.ts"
import type { ExplorerOptions, Search } from "./search.ts"
import * as trail from "./trail.ts"

export interface ExplorerSnapshot {
  readonly steps: StepsSnapshot
  /** States of what watches, and counters, by number. */
  readonly watched: readonly unknown[]
  readonly counters: readonly (readonly number[])[]
  readonly found: FoundSnapshot
  readonly generated: number
}

const MAX_STATES = 100_000_000

/** States that are expanded at one go. */
const STRIDE = 1 << 12
/** In place of a message that is taken from those under way, or of a process that changes. */
const NONE = -1

export class Explorer implements Search {
  readonly #actors: Actors
  readonly #steps: Steps
  readonly #model: Model
  readonly #counters: Counters
  readonly #watching: Watching
  readonly #found: FoundStates
  readonly #isSet: boolean
  readonly #isLasting: boolean
  /** Of links that keep the order; null: they need not. */
  readonly #links: LinkOrder | null
  readonly #inRounds: boolean
  readonly #countsIdle: boolean
  /** The places of the words of a row: processes come first, messages last. */
  readonly #countersAt: number
  readonly #watchAt: number
  readonly #countAt: number
  readonly #messagesAt: number
  #words: Int32Array = new Int32Array(0)
  /** By event, the number of the last expansion in which it was under way. */
  readonly #met = new Integers()
  readonly #spending: Spending
  readonly #rounds: Rounds
  readonly #endings: readonly Ending[]
  #expansion = 0
  #generated = 1
  #maxStates = MAX_STATES
  /** The place of the row that is expanded in its words, and the halves of its fingerprint without the watch and counters. */
  #row = 0
  #low = 0
  #high = 0
  /** In rounds: true if something is under way that has to arrive before timers run out. */
  #isOwed = false
  /** True if a timer is armed that has run out as often as it may. */
  #isOpen = false

  constructor(model: Model, options: ExplorerOptions = {}) {
    this.#model = model
    const { network = "bag", idleSteps = false } = model
    const occurrenceOf = (event: number) => this.#steps.occurrenceOf(event)
    this.#isLasting = network === "lasting"
    this.#isSet = network === "set" || this.#isLasting
    this.#links = network === "fifo" ? new LinkOrder(occurrenceOf) : null
    this.#inRounds = model.inRounds === true
    // A message that changes nothing would keep those behind it from arriving.
    this.#countsIdle = idleSteps || network === "fifo"
    this.#actors = new Actors(model)
    this.#steps = new Steps(this.#actors, network === "bag")
    this.#counters = new Counters(model.budgets)
    this.#rounds = new Rounds(this.#steps, this.#actors.count, model.traitors)
    this.#spending = new Spending(model, this.#counters, occurrenceOf)
    this.#watching = new Watching(model.watch, news => this.#steps.newsOf(news))
    const { count } = this.#actors
    this.#countersAt = count
    this.#watchAt = count + 1
    this.#countAt = count + 2
    this.#messagesAt = count + 3
    this.#endings = endingsOf(this.#steps, model.size)
    const lengthOf = (words: Int32Array, row: number) => this.#messagesAt + words[row + this.#countAt]!
    this.#found = new FoundStates(options, lengthOf, this.#watching, occurrenceOf)
  }

  /** Visits all states within the bounds, or those up to the first violation. @throws what a handler throws at boot */
  explore(bounds: Bounds = {}): Exploration {
    this.begin(bounds)
    while (this.advance());
    return this.result
  }

  /** Boots all nodes; the requests are under way. */
  begin({ depth = Infinity, states = MAX_STATES }: Bounds = {}): void {
    this.#maxStates = states
    this.#found.begin(depth)
    const { processes, messages, news } = beginningOf(this.#model, this.#actors, this.#steps)
    const watch = news.reduce((state, reported) => this.#watching.after(state, reported), this.#watching.first)
    const row = this.#found.frontier.next
    const underWay = this.#isSet ? [...new Set(messages)] : messages
    for (const word of [...processes, this.#counters.full, watch, underWay.length, ...underWay]) row.push(word)
    this.#load(row.words, 0)
    const { low = 0, high = 0 } = this.#links?.remaining(row.words, this.#messagesAt, row.length, NONE) ?? {}
    this.#found.first(this.#low + low, this.#high + high, this.#counters.full, watch)
  }

  /** Expands some thousands of states more. @returns whether there are any left */
  advance(): boolean {
    const { frontier, finding, fingerprints } = this.#found
    for (let count = 0; count < STRIDE; count++) {
      if (finding.isThere || fingerprints.size >= this.#maxStates || !frontier.take()) {
        this.#found.end()
        return false
      }
      this.#words = frontier.words
      this.#expand(frontier.words, frontier.row)
    }
    return true
  }

  /** The findings so far. */
  get result(): Exploration {
    const { trail: found, expanded, isComplete, finding, frontier, fingerprints } = this.#found
    return {
      states: fingerprints.size,
      generated: this.#generated,
      processes: this.#steps.processes,
      handled: this.#steps.handled,
      watched: this.#watching.size,
      depth: frontier.deepest,
      isComplete,
      unexpanded: found.length - expanded,
      missed: this.#watching.missed,
      violation: finding.violation,
    }
  }

  /** All that it takes to continue later, in another process: data that can be cloned. Not of explorations that find loops. */
  snapshot(): ExplorerSnapshot {
    return {
      steps: this.#steps.snapshot(),
      watched: this.#watching.snapshot(),
      counters: this.#counters.snapshot(),
      found: this.#found.snapshot(),
      generated: this.#generated,
    }
  }

  /** Continues from a snapshot of an exploration of the same model, in place of {@link begin}. */
  restore(
    { steps, watched, counters, found, generated }: ExplorerSnapshot,
    { depth = Infinity, states = MAX_STATES }: Bounds = {},
  ): void {
    this.#maxStates = states
    this.#found.begin(depth)
    this.#steps.restore(steps)
    this.#watching.restore(watched)
    this.#counters.restore(counters)
    this.#found.restore(found)
    this.#generated = generated
  }

  #expand(words: Int32Array, row: number): void {
    const { graph, frontier } = this.#found
    this.#row = row
    this.#load(words, row)
    graph?.begin(frontier.state)
    const before = this.#generated
    this.#isOwed = false
    this.#isOpen = false
    if (!this.#inRounds || this.#counters.turnOf(words[row + this.#countersAt]!) === 0) {
      this.#deliveries(words, row)
      if (!this.#inRounds) this.#timeouts(words, row)
      else if (!this.#isOwed) this.#endRound(words, row)
      if (this.#generated === before && this.#model.findsStalls === true) this.#judgeStall(words, row)
      this.#crashes(words, row)
    } else this.#takeTurn(words, row)
    graph?.end(frontier.state, this.#watching.isDone(words[row + this.#watchAt]!), this.#isOpen)
    this.#found.expanded++
  }

  /** Sums up the fingerprint of a row but for what watches and the counters. */
  #load(words: Int32Array, row: number): void {
    const { messageLow, messageHigh } = this.#steps
    let low = Steps.lowOf(words, row, this.#countersAt)
    let high = Steps.highOf(words, row, this.#countersAt)
    const end = row + this.#messagesAt + words[row + this.#countAt]!
    for (let at = row + this.#messagesAt; at < end && this.#links === null; at++) {
      low = (low + messageLow[words[at]!]!) | 0
      high = (high + messageHigh[words[at]!]!) | 0
    }
    this.#low = low
    this.#high = high
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
      if (!this.#isSet && this.#hasMet(event, expansion)) continue
      const before = this.#generated
      this.#step(event, this.#isLasting ? NONE : at - from, counters, trail.DELIVER)
      if (this.#inRounds && this.#generated > before) this.#isOwed ||= this.#rounds.isCorrect(words, row, event)
      if ((again === SPENT && lost === SPENT) || !this.#spending.isFragile(event)) continue
      if (again !== SPENT) this.#step(event, NONE, again, trail.DUPLICATE)
      if (lost !== SPENT) this.#lose(event, at - from, lost)
    }
  }

  /** True if an equal message, or, where links keep the order, one of the same link, has come before in this expansion. */
  #hasMet(event: number, expansion: number): boolean {
    if (this.#links !== null) return this.#links.hasMet(event, expansion)
    if (this.#met.get(event) === expansion) return true
    this.#met.set(event, expansion)
    return false
  }

  /** All that was to arrive has: what else was sent never does. The timers of all processes run out, one after the other. */
  #endRound(words: Int32Array, row: number): void {
    const turn = this.#rounds.turnFrom(words, row, 0)
    if (turn === 0) return
    this.#generated++
    const counters = this.#counters.withTurn(words[row + this.#countersAt]!, turn)
    const watch = words[row + this.#watchAt]!
    const low = Steps.lowOf(words, row, this.#countersAt)
    const high = Steps.highOf(words, row, this.#countersAt)
    if (!this.#found.add(low, high, counters, watch, trail.ROUND, 0)) return
    const { next } = this.#found.frontier
    const start = next.length
    for (let id = 0; id < this.#countersAt; id++) next.push(words[row + id]!)
    for (const word of [counters, watch, 0]) next.push(word)
    this.#found.announce(start, watch, trail.ROUND, 0)
  }

  #takeTurn(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    const id = this.#counters.turnOf(counters) - 1
    const left = this.#counters.withTurn(counters, this.#rounds.turnFrom(words, row, id + 1))
    for (const event of this.#steps.armedOf(words[row + id]!)) this.#step(event, NONE, left, trail.TIMEOUT)
  }

  #timeouts(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    for (let id = 0; id < this.#countersAt; id++) {
      for (const event of this.#steps.armedOf(words[row + id]!)) {
        const kind = this.#spending.kindOf(event)
        const left = kind === FREE ? counters : this.#counters.after(counters, kind)
        if (left !== SPENT) this.#step(event, NONE, left, trail.TIMEOUT)
        else this.#isOpen = true
      }
    }
  }

  /** Nothing can happen to a state but that something fails. */
  #judgeStall(words: Int32Array, row: number): void {
    if (this.#watching.isDone(words[row + this.#watchAt]!) || this.#rounds.turnFrom(words, row, 0) !== 0) return
    this.#found.finding.condemn(this.#found.frontier.state, { reason: STALL, isStall: true })
  }

  #crashes(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    for (const { kind, choice, events } of this.#endings) {
      const left = this.#counters.after(counters, kind)
      if (left === SPENT) continue
      for (const event of events) this.#step(event, NONE, left, choice)
    }
  }

  /** An event comes to its node, with every outcome. @param taken the place of the message that it takes */
  #step(event: number, taken: number, counters: number, choice: number): void {
    const to = this.#steps.to[event]!
    const process = this.#words[this.#row + to]!
    for (
      let record = this.#steps.recordOf(process, event), outcome = 0;
      record !== 0;
      record = this.#steps.records[record + OTHERWISE]!, outcome += trail.OUTCOME
    ) {
      const { records } = this.#steps
      const next = records[record + NEXT]!
      if (next === FAILED) return this.#found.fail(this.#steps.errorOf(records[record + NEWS]!), choice, event)
      if (choice === trail.DELIVER && !this.#countsIdle && next === process) {
        if (records[record + NEWS] === 0 && records[record + COUNT] === 0) continue
      }
      this.#reach(record, to, event, taken, counters, choice + outcome)
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
        if (!this.#isFirst(record, i, taken === NONE ? NONE : event)) continue
        low = (low + steps.messageLow[sent]!) | 0
        high = (high + steps.messageHigh[sent]!) | 0
      }
    }
    if (this.#links !== null) {
      const links = this.#inOrder(this.#links, taken, record)
      low = this.#low + records[record + LOW]! + links.low
      high = this.#high + records[record + HIGH]! + links.high
    }
    const watch = this.#watching.after(this.#words[this.#row + this.#watchAt]!, records[record + NEWS]!)
    if (!this.#found.add(low, high, counters, watch, choice, event)) return
    this.#found.announce(this.#write(record, to, event, taken, counters, watch), watch, choice, event)
  }

  /** The messages of the row but for one, and those that a record sends, if any, on links that keep the order. */
  #inOrder(order: LinkOrder, taken: number, record: number): LinkOrder {
    const from = this.#row + this.#messagesAt
    order.remaining(this.#words, from, from + this.#words[this.#row + this.#countAt]!, taken)
    const { records } = this.#steps
    const count = record === NONE ? 0 : records[record + COUNT]!
    for (let i = 0; i < count; i++) order.push(records[record + SENT + i]!)
    return order
  }

  /** In a set: whether the i-th message that is sent is not under way yet. */
  #isFirst(record: number, i: number, taken: number): boolean {
    const { records } = this.#steps
    const sent = records[record + SENT + i]!
    for (let before = 0; before < i; before++) if (records[record + SENT + before] === sent) return false
    return sent === taken || this.#met.get(sent) !== this.#expansion
  }

  /** @returns the place of the new row */
  #write(record: number, to: NodeId, event: number, taken: number, counters: number, watch: number): number {
    const { records } = this.#steps
    const { next } = this.#found.frontier
    const start = this.#copy(to, records[record + NEXT]!, taken, counters, watch)
    for (let i = 0; i < records[record + COUNT]!; i++) {
      if (!this.#isSet || this.#isFirst(record, i, taken === NONE ? NONE : event))
        next.push(records[record + SENT + i]!)
    }
    next.words[start + this.#countAt] = next.length - start - this.#messagesAt
    return start
  }

  /** Appends a copy of the row, but for one process and one message. @returns the place of the new row */
  #copy(to: NodeId, process: number, taken: number, counters: number, watch: number): number {
    const words = this.#words
    const { next } = this.#found.frontier
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
    const watch = this.#words[this.#row + this.#watchAt]!
    const links = this.#links === null ? null : this.#inOrder(this.#links, taken, NONE)
    const low = this.#low + (links === null ? -this.#steps.messageLow[event]! : links.low)
    const high = this.#high + (links === null ? -this.#steps.messageHigh[event]! : links.high)
    if (!this.#found.add(low, high, counters, watch, trail.LOSE, event)) return
    this.#found.announce(this.#copy(NONE, NONE, taken, counters, watch), watch, trail.LOSE, event)
  }
}
