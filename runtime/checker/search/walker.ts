/**
 * A group that takes one of very many paths: step by step as its driver chooses, from the beginning or from any marked
 * state. As in an exploration, each step of a process is computed once.
 */
import type { NodeId } from "../../contract/algorithm.ts"
import { STALL } from "../../contract/untimed.ts"
import { Actors } from "../actors.ts"
import { type Beginning, beginningOf } from "../beginning.ts"
import { Counters, DRIFT, DUPLICATE, FREE, LOSS, SPENT, TICK as PASSED } from "../counters.ts"
import type { Choice, Transition, Violation } from "../exploration.ts"
import { LinkOrder } from "../link-order.ts"
import type { Model } from "../model.ts"
import { Rounds } from "../rounds.ts"
import { type Ending, endingsOf, Spending } from "../spending.ts"
import { COUNT, FAILED, NEWS, NEXT, OTHERWISE, SENT, Steps } from "../steps.ts"
import { CHOICES, DELIVER, DUPLICATE as TWICE, LOSE, ROUND, TICK, TIMEOUT } from "./trail.ts"
import { Ticks } from "../ticks.ts"
import { Watching } from "../watching.ts"

/** In place of a message in flight. */
const NONE = -1

/** A possible next step. */
export interface Option {
  readonly choice: number
  /** The event; for a message, its arrival. */
  readonly event: number
  /** The index of the message among those in flight; -1: not a message. */
  readonly place: number
  /** The remaining budget, as counters. */
  readonly counters: number
}

/** A state to return to. */
export interface Mark {
  readonly processes: Int32Array
  readonly underWay: readonly number[]
  readonly counters: number
  readonly watch: number
}

export class Walker {
  readonly steps: Steps
  readonly size: number
  readonly watching: Watching
  /** The processes, by actor, and the messages in flight in the order of sending, by their numbers. */
  processes = new Int32Array(0)
  underWay: number[] = []
  counters: number
  watch = 0
  /** The problem of the state reached last. */
  wrong: Omit<Violation, "path"> | null = null
  readonly #model: Model
  readonly #actors: Actors
  readonly #counting: Counters
  readonly #spending: Spending
  readonly #rounds: Rounds
  readonly #endings: readonly Ending[]
  readonly #order: LinkOrder | null
  readonly #beginning: Beginning
  /** Null: the model has no time. */
  readonly #ticks: Ticks | null
  readonly #shapes: (string | undefined)[] = []
  #expansion = 0

  /** @throws what a handler throws at boot */
  constructor(model: Model) {
    const occurrenceOf = (event: number) => this.steps.occurrenceOf(event)
    this.#model = model
    this.#actors = new Actors(model)
    this.steps = new Steps(this.#actors, true)
    this.#ticks = model.clock === undefined ? null : new Ticks(this.steps, this.#actors, model.clock)
    this.#counting = new Counters(model.budgets)
    this.#spending = new Spending(model, this.#counting, occurrenceOf)
    this.#rounds = new Rounds(this.steps, this.#actors.count, model.traitors)
    this.#endings = endingsOf(this.steps, model.size)
    this.#order = model.network === "fifo" ? new LinkOrder(this.steps) : null
    this.watching = new Watching(model.watch, news => this.steps.newsOf(news))
    this.size = this.#actors.count
    this.counters = this.#counting.full
    this.#beginning = beginningOf(model, this.#actors, this.steps)
    this.begin()
  }

  /** Returns to the first state. */
  begin(): void {
    const { processes, messages, news } = this.#beginning
    this.processes = Int32Array.from(processes)
    this.underWay = [...messages]
    this.counters = this.#counting.full
    this.watch = news.reduce((state, reported) => this.watching.after(state, reported), this.watching.first)
    this.#judge()
  }

  mark(): Mark {
    const { processes, underWay, counters, watch } = this
    return { processes: processes.slice(), underWay: [...underWay], counters, watch }
  }

  goTo({ processes, underWay, counters, watch }: Mark): void {
    this.processes.set(processes)
    this.underWay = [...underWay]
    this.counters = counters
    this.watch = watch
    this.#judge()
  }

  /** The halves of a fingerprint of the current state. */
  get fingerprint(): { readonly low: number; readonly high: number } {
    const { messageLow, messageHigh } = this.steps
    const words = this.processes
    let low = this.steps.lowOf(words, 0, words.length)
    let high = this.steps.highOf(words, 0, words.length)
    this.#order?.begin()
    for (const event of this.underWay) {
      this.#order?.push(event)
      if (this.#order !== null) continue
      low = (low + messageLow[event]!) | 0
      high = (high + messageHigh[event]!) | 0
    }
    const { counters, watch, watching } = this
    const left = this.#counting
    return {
      low: (low + (this.#order?.low ?? 0) + left.lows[counters]! + watching.lows[watch]!) | 0,
      high: (high + (this.#order?.high ?? 0) + left.highs[counters]! + watching.highs[watch]!) | 0,
    }
  }

  /**
   * The type of a message with its sender and receiver, or the timer, move or crash: equal for events with the same
   * name in scripts.
   */
  shapeOf(event: number): string {
    return (this.#shapes[event] ??= this.#newShapeOf(event))
  }

  /** All possible next steps; if there are none, nothing can happen. */
  options(): readonly Option[] {
    const turn = this.#turn
    if (turn > 0) return this.#turns(turn - 1)
    const found: Option[] = []
    this.#messages(found)
    if (this.#model.inRounds === true) this.#endRound(found)
    else this.#timeouts(found)
    if (this.#ticks !== null) this.#tickings(found, this.#ticks)
    this.#crashes(found)
    return found
  }

  /** True if only a fault could change anything, though work is pending: the messages in flight change nothing. */
  get isStalled(): boolean {
    if (this.#model.findsStalls !== true || this.watching.isDone(this.watch)) return false
    if (this.processes.some(process => this.steps.armedOf(process).length > 0)) return false
    if (this.#ticks !== null && this.processes.some(process => this.#ticks!.isArmed(process))) return false
    return this.#order === null ? !this.underWay.some(event => this.#matters(event)) : this.underWay.length === 0
  }

  get stall(): Omit<Violation, "path"> {
    return { reason: STALL, isStall: true }
  }

  /** The number of outcomes of an option: more than one if a process draws, or a traitor chooses a lie. */
  outcomesOf({ choice, event }: Option): number {
    if (choice === LOSE || choice === ROUND || choice === TICK) return 1
    let count = 0
    for (let record = this.#recordOf(event); record !== 0; record = this.steps.records[record + OTHERWISE]!) count++
    return count
  }

  /** Takes an option. @returns whether anything changed except the messages in flight */
  take({ choice, event, place, counters }: Option, outcome: number): boolean {
    this.counters = counters
    if (choice === ROUND) {
      this.underWay = []
      return true
    }
    if (choice === TICK) return this.#tick(event)
    if (choice === LOSE) {
      this.underWay.splice(place, 1)
      return true
    }
    let record = this.#recordOf(event)
    for (let before = 0; before < outcome; before++) record = this.steps.records[record + OTHERWISE]!
    if (place !== NONE && choice !== TWICE) this.underWay.splice(place, 1)
    return this.#follow(record, this.steps.to[event]!)
  }

  /** A step of a path, described. */
  transitionOf(choice: number, event: number, outcome: number): Transition {
    const name: Choice = CHOICES[choice]!
    return { choice: name, outcome, ...this.steps.occurrenceOf(event) }
  }

  #recordOf(event: number): number {
    return this.steps.recordOf(this.processes[this.steps.to[event]!]!, event)
  }

  #follow(record: number, to: NodeId): boolean {
    const { records } = this.steps
    const next = records[record + NEXT]!
    if (next === FAILED) {
      const error = this.steps.errorOf(records[record + NEWS]!)
      this.wrong = { reason: String(error), error }
      return true
    }
    const hasChanged = next !== this.processes[to]! || records[record + NEWS] !== 0 || records[record + COUNT] !== 0
    this.processes[to] = next
    for (let i = 0; i < records[record + COUNT]!; i++) this.underWay.push(records[record + SENT + i]!)
    this.watch = this.watching.after(this.watch, records[record + NEWS]!)
    this.#judge()
    return hasChanged
  }

  #judge(): void {
    const reason = this.watching.problemOf(this.watch)
    this.wrong = reason === null ? null : { reason }
  }

  get #turn(): number {
    return this.#model.inRounds === true ? this.#counting.turnOf(this.counters) : 0
  }

  #messages(found: Option[]): void {
    const { counters } = this
    const again = this.#counting.after(counters, DUPLICATE)
    const lost = this.#counting.after(counters, LOSS)
    const expansion = ++this.#expansion
    for (const [place, event] of this.underWay.entries()) {
      if (this.#order?.hasMet(event, expansion) === true || this.#ticks?.mayArrive(event) === false) continue
      found.push({ choice: DELIVER, event, place, counters })
      if ((again === SPENT && lost === SPENT) || !this.#spending.isFragile(event)) continue
      if (again !== SPENT) found.push({ choice: TWICE, event, place, counters: again })
      if (lost !== SPENT) found.push({ choice: LOSE, event, place, counters: lost })
    }
  }

  #timeouts(found: Option[]): void {
    for (const process of this.processes) {
      for (const event of this.steps.armedOf(process)) {
        const kind = this.#spending.kindOf(event)
        const left = kind === FREE ? this.counters : this.#counting.after(this.counters, kind)
        if (left !== SPENT) found.push({ choice: TIMEOUT, event, place: NONE, counters: left })
      }
    }
  }

  /** A tick may pass once nothing is due. */
  #tickings(found: Option[], ticks: Ticks): void {
    const left = this.#counting.after(this.counters, PASSED)
    if (left === SPENT || this.processes.some(each => ticks.isDue(each))) return
    if (this.underWay.some(event => ticks.isOwed(event))) return
    for (const { event, isDrift } of ticks.ways) {
      const counters = isDrift ? this.#counting.after(left, DRIFT) : left
      if (counters !== SPENT) found.push({ choice: TICK, event, place: NONE, counters })
    }
  }

  #tick(event: number): boolean {
    const ticks = this.#ticks!
    const way = ticks.ways.findIndex(each => each.event === event)
    this.processes = this.processes.map(process => ticks.processLater(process, way))
    this.underWay = this.underWay.map(each => ticks.eventLater(each, way))
    return true
  }

  /** The round may end once all messages of live and loyal senders have arrived. */
  #endRound(found: Option[]): void {
    const words = this.processes
    const isOwed = this.underWay.some(event => this.#rounds.isCorrect(words, 0, event) && this.#matters(event))
    const turn = this.#rounds.turnFrom(words, 0, 0)
    if (isOwed || turn === 0) return
    found.push({ choice: ROUND, event: 0, place: NONE, counters: this.#counting.withTurn(this.counters, turn) })
  }

  /** True if the arrival of a message changes anything. */
  #matters(event: number): boolean {
    const to = this.steps.to[event]!
    for (let record = this.#recordOf(event); record !== 0; record = this.steps.records[record + OTHERWISE]!) {
      const { records } = this.steps
      if (records[record + NEXT] !== this.processes[to]! || records[record + COUNT]! + records[record + NEWS]! > 0) {
        return true
      }
    }
    return false
  }

  #turns(id: NodeId): readonly Option[] {
    const counters = this.#counting.withTurn(this.counters, this.#rounds.turnFrom(this.processes, 0, id + 1))
    const armed = this.steps.armedOf(this.processes[id]!)
    return armed.map(event => ({ choice: TIMEOUT, event, place: NONE, counters }))
  }

  #crashes(found: Option[]): void {
    for (const { kind, choice, events } of this.#endings) {
      const left = this.#counting.after(this.counters, kind)
      if (left === SPENT) continue
      for (const event of events) {
        const isDead = this.steps.isDead(this.processes[this.steps.to[event]!]!)
        if (!isDead) found.push({ choice, event, place: NONE, counters: left })
      }
    }
  }

  #newShapeOf(event: number): string {
    const { to, happening } = this.steps.occurrenceOf(event)
    switch (happening.type) {
      case "receive":
        return `${happening.message.type} ${happening.from} ${to}`
      case "request":
        return `${happening.request.type} client ${happening.client} ${to}`
      case "answer":
        return `${"type" in happening.reply ? String(happening.reply.type) : "reply"} ${happening.from} client ${to}`
      case "timeout":
        return `timeout ${happening.timer}/${happening.key ?? ""} ${to}`
      case "move":
        return `move ${happening.name} ${to}`
      default:
        return `${happening.type} ${to}`
    }
  }
}
