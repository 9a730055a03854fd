/**
 * Visits every state of a group: breadth first, so that a violation is found on a shortest path, or depth first.
 *
 * A state is a row of integers: the processes, the remaining budget, the state of the watch, and the messages in
 * flight. Only rows of pending states are kept; of all others, the fingerprint, the parent state and the choice that
 * led from it.
 */
import type { NodeId } from "../../contract/algorithm.ts"
import { STALL } from "../../contract/untimed.ts"
import { Actors } from "../actors.ts"
import { withRoom } from "../arrays.ts"
import { beginningOf } from "../beginning.ts"
import { Counters, DUPLICATE, FREE, LOSS, SPENT } from "../counters.ts"
import type { Exploration } from "../exploration.ts"
import type { Seen } from "../fingerprints.ts"
import { LinkOrder } from "../link-order.ts"
import type { Bounds, Model } from "../model.ts"
import { NotInterchangeable, Orbits } from "../orbits.ts"
import { Rounds } from "../rounds.ts"
import { type Ending, endingsOf, Spending } from "../spending.ts"
import { COUNT, FAILED, NEWS, NEXT, OTHERWISE, SENT, Steps, type StepsSnapshot } from "../steps.ts"
import { Ticks } from "../ticks.ts"
import { Watching } from "../watching.ts"
import { type FoundSnapshot, FoundStates } from "./found-states.ts"
import { OrbitPrints } from "./orbit-prints.ts"
import { Passing } from "./passing.ts"
import { isFirst, type Layout, layoutOf, Met, NONE, PlainPrints, type Prints } from "./prints.ts"
import type { ExplorerOptions, Search, Share } from "./search.ts"
import * as trail from "./trail.ts"

export interface ExplorerSnapshot {
  readonly steps: StepsSnapshot
  /** States of the watch, and counters, by number. */
  readonly watched: readonly unknown[]
  readonly counters: readonly (readonly number[])[]
  readonly found: FoundSnapshot
  readonly generated: number
}

const MAX_STATES = 100_000_000

/** States expanded in one go. */
const STRIDE = 1 << 12

export class Explorer implements Search {
  readonly #actors: Actors
  readonly #steps: Steps
  readonly #model: Model
  readonly #counters: Counters
  readonly #watching: Watching
  readonly #found: FoundStates
  readonly #prints: Prints
  readonly #isSet: boolean
  readonly #isLasting: boolean
  /** Null: links need not keep the order. */
  readonly #links: LinkOrder | null
  readonly #inRounds: boolean
  /** Null: the model has no time. */
  readonly #ticks: Ticks | null
  readonly #passing: Passing | null
  readonly #countsIdle: boolean
  /** The indices of a row's words: processes come first, messages last. */
  readonly #countersAt: number
  readonly #watchAt: number
  readonly #countAt: number
  readonly #messagesAt: number
  /** The row being expanded, and the one reached, each at the start of an array. */
  #words: Int32Array = new Int32Array(0)
  #next = new Int32Array(1 << 8)
  /** The messages of the row met so far; of a set, all of them. */
  readonly #met = new Met()
  readonly #spending: Spending
  readonly #rounds: Rounds
  readonly #endings: readonly Ending[]
  #generated = 1
  readonly #share: Share | undefined
  /** The states found before this explorer continued from a snapshot. */
  #inherited = 0
  #maxStates = MAX_STATES
  /** In rounds: true if a message in flight has to arrive before timers fire. */
  #isOwed = false
  /** True if an armed timer has exhausted its budget. */
  #isOpen = false

  constructor(model: Model, options: ExplorerOptions = {}) {
    this.#model = model
    this.#share = options.share
    const { network = "bag", idleSteps = false } = model
    const occurrenceOf = (event: number) => this.#steps.occurrenceOf(event)
    this.#isLasting = network === "lasting"
    this.#isSet = network === "set" || this.#isLasting
    this.#inRounds = model.inRounds === true
    // A message that changes nothing would block those behind it, or time itself.
    this.#countsIdle = idleSteps || network === "fifo" || model.clock?.maxDelay !== undefined
    this.#actors = new Actors(model)
    this.#steps = new Steps(this.#actors, network === "bag")
    this.#ticks = model.clock === undefined ? null : new Ticks(this.#steps, this.#actors, model.clock)
    this.#links = network === "fifo" ? new LinkOrder(this.#steps) : null
    this.#counters = new Counters(model.budgets)
    this.#rounds = new Rounds(this.#steps, this.#actors.count, model.traitors)
    this.#spending = new Spending(model, this.#counters, occurrenceOf)
    this.#watching = new Watching(model.watch, news => this.#steps.newsOf(news))
    const layout = layoutOf(this.#actors.count)
    this.#countersAt = layout.countersAt
    this.#watchAt = layout.watchAt
    this.#countAt = layout.countAt
    this.#messagesAt = layout.messagesAt
    this.#prints = this.#printsOf(layout, options)
    this.#endings = endingsOf(this.#steps, model.size)
    this.#found = new FoundStates(options, this.#watching, occurrenceOf)
    const ticks = this.#ticks
    this.#passing = ticks && new Passing(ticks, this.#counters, layout, this.#prints, this.#found)
  }

  #printsOf(layout: Layout, { bySymmetry = false, findsLoops = false }: ExplorerOptions): Prints {
    const met = this.#isSet ? this.#met : null
    const numbers = { steps: this.#steps, counters: this.#counters, watching: this.#watching }
    if (!bySymmetry) return new PlainPrints(numbers, layout, met, this.#links)
    if (findsLoops) throw new NotInterchangeable("whether a loop is fair depends on which node is which")
    const orbits = new Orbits(this.#model, this.#actors, this.#steps, this.#watching)
    return new OrbitPrints(numbers, layout, met, orbits)
  }

  /** Visits all states within the bounds, or those up to the first violation. @throws what a handler throws at boot */
  explore(bounds: Bounds = {}): Exploration {
    this.begin(bounds)
    while (this.advance());
    return this.result
  }

  /** Boots all nodes; the requests are in flight. */
  begin({ depth = Infinity, states = MAX_STATES }: Bounds = {}): void {
    this.#maxStates = states
    this.#found.begin(depth)
    const { processes, messages, news } = beginningOf(this.#model, this.#actors, this.#steps)
    const watch = news.reduce((state, reported) => this.#watching.after(state, reported), this.#watching.first)
    const underWay = this.#isSet ? [...new Set(messages)] : messages
    const words = Int32Array.of(...processes, this.#counters.full, watch, underWay.length, ...underWay)
    this.#prints.load(words)
    this.#prints.begin(this.#counters.full, watch)
    this.#found.first(words, this.#prints, watch)
  }

  /** Expands some thousands more states. @returns whether there are any left */
  advance(): boolean {
    const { frontier, finding, fingerprints } = this.#found
    for (let count = 0; count < STRIDE; count++) {
      if (finding.isThere || fingerprints.size >= this.#maxStates || !frontier.take()) {
        this.#found.end()
        return false
      }
      if (!this.#isMine(frontier.state)) continue
      this.#words = frontier.words
      this.#expand(frontier.words)
    }
    return true
  }

  /** Also expands states that are less than `depth` steps from the beginning. */
  deepen(depth: number): void {
    this.#found.frontier.maxDepth = depth
  }

  /** Adds everything seen so far to a set. */
  copyTo(seen: Seen): void {
    this.#found.copyTo(seen)
  }

  /** The number of states expanded, and whether none is pending. */
  get progress() {
    const { expanded, frontier } = this.#found
    return { expanded, generated: this.#generated, depth: frontier.depth, isEmpty: frontier.isEmpty }
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

  /**
   * Everything needed to continue later, in another process, as data that can be cloned. Not for explorations that look
   * for loops.
   */
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
    this.#inherited = this.#found.trail.length
  }

  /** False of a state that was found before and that another explorer expands. */
  #isMine(state: number): boolean {
    const share = this.#share
    return share === undefined || state >= this.#inherited || state % share.of === share.remainder
  }

  #expand(words: Int32Array): void {
    const { graph, frontier } = this.#found
    this.#prints.load(words)
    graph?.begin(frontier.state)
    const before = this.#generated
    this.#isOwed = false
    this.#isOpen = false
    if (!this.#inRounds || this.#counters.turnOf(words[this.#countersAt]!) === 0) {
      this.#deliveries(words)
      if (!this.#inRounds) this.#timeouts(words)
      else if (!this.#isOwed) this.#endRound(words)
      if (this.#passing !== null) this.#pass(words, this.#passing)
      if (this.#generated === before && this.#model.findsStalls === true) this.#judgeStall(words)
      this.#crashes(words)
    } else this.#takeTurn(words)
    graph?.end(frontier.state, this.#watching.isDone(words[this.#watchAt]!), this.#isOpen)
    this.#found.expanded++
  }

  /** Each message in flight arrives, arrives and stays, or is lost; of equal ones, the first. */
  #deliveries(words: Int32Array): void {
    const counters = words[this.#countersAt]!
    const again = this.#counters.after(counters, DUPLICATE)
    const lost = this.#counters.after(counters, LOSS)
    const expansion = this.#met.begin()
    const from = this.#messagesAt
    const end = from + words[this.#countAt]!
    if (this.#isSet) for (let at = from; at < end; at++) this.#met.add(words[at]!)
    for (let at = from; at < end; at++) {
      const event = words[at]!
      if (!this.#isSet && this.#hasMet(event, expansion)) continue
      if (this.#ticks !== null && !this.#ticks.mayArrive(event)) continue
      const before = this.#generated
      this.#step(event, this.#isLasting ? NONE : at - from, counters, trail.DELIVER)
      if (this.#inRounds && this.#generated > before) this.#isOwed ||= this.#rounds.isCorrect(words, 0, event)
      if ((again === SPENT && lost === SPENT) || !this.#spending.isFragile(event)) continue
      if (again !== SPENT) this.#step(event, NONE, again, trail.DUPLICATE)
      if (lost !== SPENT) this.#lose(event, at - from, lost)
    }
  }

  /** True if an equal message, or, on FIFO links, one of the same link, came earlier in this expansion. */
  #hasMet(event: number, expansion: number): boolean {
    if (this.#links !== null) return this.#links.hasMet(event, expansion)
    if (this.#met.has(event)) return true
    this.#met.add(event)
    return false
  }

  /** All messages that had to arrive have; the others never do. The timers of all processes fire, one after the other. */
  #endRound(words: Int32Array): void {
    const turn = this.#rounds.turnFrom(words, 0, 0)
    if (turn === 0) return
    this.#generated++
    const counters = this.#counters.withTurn(words[this.#countersAt]!, turn)
    const watch = words[this.#watchAt]!
    this.#prints.clear(counters, watch)
    if (!this.#found.add(this.#prints, trail.ROUND, 0)) return
    const next = this.#next
    for (let id = 0; id < this.#countersAt; id++) next[id] = words[id]!
    next.set([counters, watch, 0], this.#countersAt)
    this.#found.keep(next, this.#messagesAt, watch, trail.ROUND, 0)
  }

  #takeTurn(words: Int32Array): void {
    const counters = words[this.#countersAt]!
    const id = this.#counters.turnOf(counters) - 1
    const left = this.#counters.withTurn(counters, this.#rounds.turnFrom(words, 0, id + 1))
    for (const event of this.#steps.armedOf(words[id]!)) this.#step(event, NONE, left, trail.TIMEOUT)
  }

  #timeouts(words: Int32Array): void {
    const counters = words[this.#countersAt]!
    for (let id = 0; id < this.#countersAt; id++) {
      for (const event of this.#steps.armedOf(words[id]!)) {
        const kind = this.#spending.kindOf(event)
        const left = kind === FREE ? counters : this.#counters.after(counters, kind)
        if (left !== SPENT) this.#step(event, NONE, left, trail.TIMEOUT)
        else this.#isOpen = true
      }
    }
  }

  #pass(words: Int32Array, passing: Passing): void {
    this.#generated += passing.expand(words)
    this.#isOpen ||= passing.isOpen
  }

  /** Judges a state that only a fault could change. */
  #judgeStall(words: Int32Array): void {
    if (this.#watching.isDone(words[this.#watchAt]!) || this.#rounds.turnFrom(words, 0, 0) !== 0 || this.#isOpen) return
    this.#found.finding.condemn(this.#found.frontier.state, { reason: STALL, isStall: true })
  }

  #crashes(words: Int32Array): void {
    const counters = words[this.#countersAt]!
    for (const { kind, choice, events } of this.#endings) {
      const left = this.#counters.after(counters, kind)
      if (left === SPENT) continue
      for (const [id, event] of events.entries()) {
        if (!this.#steps.isDead(words[id]!)) this.#step(event, NONE, left, choice)
      }
    }
  }

  /** Delivers an event to its node, with every outcome. @param taken the index of the message that it consumes */
  #step(event: number, taken: number, counters: number, choice: number): void {
    const to = this.#steps.to[event]!
    const process = this.#words[to]!
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
    const news = this.#steps.records[record + NEWS]!
    const watch = this.#watching.after(this.#words[this.#watchAt]!, news)
    this.#prints.step(record, this.#words[to]!, taken === NONE ? NONE : event, taken, counters, watch)
    if (!this.#found.add(this.#prints, choice, event)) return
    const length = this.#write(record, to, event, taken, counters, watch)
    this.#found.keep(this.#next, length, watch, choice, event)
  }

  /** Writes the row reached. @returns its length */
  #write(record: number, to: NodeId, event: number, taken: number, counters: number, watch: number): number {
    const { records } = this.#steps
    const sent = records[record + COUNT]!
    let length = this.#copy(to, records[record + NEXT]!, taken, counters, watch, sent)
    const next = this.#next
    for (let i = 0; i < sent; i++) {
      if (!this.#isSet || isFirst(records, record, i, taken === NONE ? NONE : event, this.#met))
        next[length++] = records[record + SENT + i]!
    }
    next[this.#countAt] = length - this.#messagesAt
    return length
  }

  /** Copies the row, except one process and one message. @param more the messages to come @returns its length */
  #copy(to: NodeId, process: number, taken: number, counters: number, watch: number, more: number): number {
    const words = this.#words
    const from = this.#messagesAt
    const end = from + words[this.#countAt]!
    if (end + more > this.#next.length) this.#next = withRoom(this.#next, end + more)
    const next = this.#next
    for (let id = 0; id < this.#countersAt; id++) next[id] = words[id]!
    if (to !== NONE) next[to] = process
    next[this.#countersAt] = counters
    next[this.#watchAt] = watch
    let length = from
    for (let at = from; at < end; at++) if (at - from !== taken) next[length++] = words[at]!
    next[this.#countAt] = length - from
    return length
  }

  #lose(event: number, taken: number, counters: number): void {
    this.#generated++
    const watch = this.#words[this.#watchAt]!
    this.#prints.lose(event, taken, counters, watch)
    if (!this.#found.add(this.#prints, trail.LOSE, event)) return
    const length = this.#copy(NONE, NONE, taken, counters, watch, 0)
    this.#found.keep(this.#next, length, watch, trail.LOSE, event)
  }
}
