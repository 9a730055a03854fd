/**
 * Visits every state of a group breadth first, so that what it finds wrong is found on a shortest path.
 *
 * A state is a row of integers: the processes, what may still go wrong, what watches, and the messages under way. Only the
 * rows of two levels are kept; of all other states the fingerprint, and by which choice they came from which state.
 */
import { processCount } from "../process/parts.ts"
import type { NodeId } from "../contract/algorithm.ts"
import { Integers, Rows } from "./arrays.ts"
import { AMNESIA, Counters, CRASH, DUPLICATE, LOSS, SPENT } from "./counters.ts"
import { Fingerprints, spread } from "./fingerprints.ts"
import type { Choice, Exploration, Transition, Violation } from "./exploration.ts"
import type { Bounds, Model } from "./model.ts"
import { COUNT, FAILED, HIGH, LOW, NEWS, NEXT, OTHERWISE, SENT, Steps } from "./steps.ts"
import { Watching } from "./watching.ts"

/** The choices by number. */
const CHOICES: readonly Choice[] = ["deliver", "duplicate", "lose", "timeout", "crash", "amnesia"]
const [DELIVER, DUPLICATE_CHOICE, LOSE, TIMEOUT, CRASH_CHOICE, AMNESIA_CHOICE] = [0, 1, 2, 3, 4, 5] as const

const COUNTERS_LOW = 0x7feb352d
const COUNTERS_HIGH = 0x68e31da4
const WATCH_LOW = 0x5851f42d
const WATCH_HIGH = 0x14057b7e

const MAX_STATES = 100_000_000

/** In place of a message that is taken from those under way, or of a process that changes. */
const NONE = -1

export class Explorer {
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
  /** By state: the state it was first reached from, and the choice, encoded. */
  readonly #parents = new Integers()
  readonly #choices = new Integers()
  /** By event, the number of the last expansion in which it was under way. */
  readonly #met = new Integers()
  /** By event, what a timer that runs out spends. */
  readonly #kinds: (number | undefined)[] = []
  /** The ways in which a process ends, each with its events, one for each process. */
  readonly #endings: readonly { readonly kind: number; readonly choice: number; readonly events: readonly number[] }[]
  #expansion = 0
  #generated = 1
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
    this.#steps = new Steps(model.algorithm, this.#isSet)
    this.#counters = new Counters(model.budgets)
    this.#watching = new Watching(model.watch)
    const processes = processCount(model.algorithm, model.size)
    this.#countersAt = processes
    this.#watchAt = processes + 1
    this.#countAt = processes + 2
    this.#messagesAt = processes + 3
    const endings = [
      { kind: CRASH, type: "crash", choice: CRASH_CHOICE },
      { kind: AMNESIA, type: "amnesia", choice: AMNESIA_CHOICE },
    ] as const
    this.#endings = endings.map(({ kind, type, choice }) => {
      const events = Array.from({ length: processes }, (_, id) => this.#steps.eventOf(id, { type }))
      return { kind, choice, events }
    })
  }

  /** Visits all states within the bounds, or those up to the first violation. */
  explore({ depth: deepest = Infinity, states: most = MAX_STATES }: Bounds = {}): Exploration {
    this.#begin()
    let depth = 0
    let isComplete = true
    let base = 0
    while (this.#wrong === null && this.#next.length > 0) {
      ;[this.#level, this.#next] = [this.#next, this.#level.emptied()]
      const first = base
      base = this.#parents.length
      if (depth === deepest || this.#fingerprints.size >= most) {
        isComplete = false
        break
      }
      this.#expandLevel(first)
      if (this.#next.length > 0) depth++
    }
    return {
      states: this.#fingerprints.size,
      generated: this.#generated,
      processes: this.#steps.processes,
      handled: this.#steps.handled,
      watched: this.#watching.size,
      depth,
      isComplete: isComplete && this.#wrong === null,
      violation: this.#wrong === null ? null : { ...this.#wrong, path: this.#pathTo(this.#wrongAt) },
    }
  }

  /** Boots all nodes; the requests are under way. */
  #begin(): void {
    const steps = this.#steps
    const { algorithm, size, parameters, asks } = this.#model
    const row = this.#next
    const messages = asks.map(({ to, client, request }) => steps.eventOf(to, { type: "request", client, request }))
    let watch = this.#watching.first
    for (let id: NodeId = 0; id < processCount(algorithm, size); id++) {
      const fresh = steps.fresh(id, size, parameters)
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
    this.#parents.push(0)
    this.#choices.push(0)
    this.#judge(watch)
  }

  #expandLevel(first: number): void {
    const { words, length } = this.#level
    let state = first
    for (let row = 0; row < length && this.#wrong === null; state++) {
      this.#state = state
      this.#row = row
      this.#load(words, row)
      this.#deliveries(words, row)
      this.#timeouts(words, row)
      this.#crashes(words, row)
      row += this.#messagesAt + words[row + this.#countAt]!
    }
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
      if (again !== SPENT) this.#step(event, NONE, again, DUPLICATE_CHOICE)
      if (lost !== SPENT) this.#lose(event, at - from, lost)
    }
  }

  #timeouts(words: Int32Array, row: number): void {
    const counters = words[row + this.#countersAt]!
    const steps = this.#steps
    for (let id = 0; id < this.#countersAt; id++) {
      for (const event of steps.armedOf(words[row + id]!)) {
        const left = this.#counters.after(counters, this.#kindOf(event))
        if (left !== SPENT) this.#step(event, NONE, left, TIMEOUT)
      }
    }
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
    return happening.type === "timeout" ? this.#counters.kindOf(happening.timer) : SPENT
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
    this.#note(choice, event)
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
    this.#note(LOSE, event)
  }

  #watchAfter(watch: number, news: number): number {
    return news === 0 ? watch : this.#watching.after(watch, news, this.#newsOf)
  }

  readonly #newsOf = (news: number) => this.#steps.newsOf(news)

  #note(choice: number, event: number): void {
    this.#parents.push(this.#state)
    this.#choices.push(event * CHOICES.length + choice)
  }

  #judge(watch: number): void {
    const reason = this.#watching.problemOf(watch)
    if (reason !== null) this.#condemn({ reason })
  }

  #fail(error: unknown, choice: number, event: number): void {
    this.#note(choice, event)
    this.#condemn({ reason: String(error), error })
  }

  /** Something is wrong in the state that was reached last. */
  #condemn(wrong: Omit<Violation, "path">): void {
    if (this.#wrong !== null) return
    this.#wrong = wrong
    this.#wrongAt = this.#parents.length - 1
  }

  #pathTo(last: number): readonly Transition[] {
    const path: Transition[] = []
    for (let state = last; state > 0; state = this.#parents.get(state)) {
      const code = this.#choices.get(state)
      const choice = CHOICES[code % CHOICES.length]!
      path.push({ choice, ...this.#steps.occurrenceOf(Math.floor(code / CHOICES.length)) })
    }
    return path.toReversed()
  }
}
