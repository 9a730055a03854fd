/**
 * Decides whether one part of a history is linearizable: the search of Wing and Gong (JPDC 1993) with Lowe's memory of
 * configurations seen (CCPE 2017), as in Porcupine, with prunings that lose no linearization:
 *
 * - A read that fits the state goes first: putting it first disturbs no other (unless an operation of unknown outcome
 *   had to come before it).
 * - An operation of unknown outcome need never be placed, so it is tried only when no known one leads further.
 * - It is not placed if the next operation overwrites it unseen: leaving it out has the same effect.
 * - Among identical operations, the one that returns or expires first goes first.
 * - What one configuration leads to is not tried again from another that placed more of unknown outcome and is no earlier.
 *
 * And, for models that know which states operations mention (`traceOf`):
 *
 * - All states that no operation left to place could reveal are merged into one: the forgotten state.
 * - A write that no operation left could reveal goes right before another write, or where the state is forgotten
 *   anyway.
 * - The next answer that fits only one state must still be possible: the state can grow into that one, or a write that
 *   may come before can leave it.
 *
 * Only calls before the first return among the operations not placed may come next.
 * `stream.ts` checks runs while they run; it also explains why there are two engines.
 */
import { Arena } from "./arena.ts"
import type { Budget, Watcher } from "./watcher.ts"
import { byCall, Events } from "./events.ts"
import { ABSORBED, COVERED, Frames, KNOWN, OPTIONAL, type Placed } from "./frames.ts"
import { Lookahead } from "./lookahead.ts"
import { Mentions } from "./mentions.ts"
import type { HistoryOperation, Model } from "./model.ts"
import { Options } from "./options.ts"
import { States } from "./states.ts"
import { type Traces, tracesOf } from "./traces.ts"
import { IMPOSSIBLE, Transitions } from "./transitions.ts"
import { Twins } from "./twins.ts"
import { usefulOptions } from "./useful-options.ts"
import { Visited } from "./visited.ts"

/** The number of the forgotten state: it stands for all states that no operation left to place could reveal. */
const FORGOTTEN = -2
const NO_STATE = -3
/** Steps of the model within which an easy search ends. */
const EASY = 1000

/**
 * @param operations the operations of one part, in any order
 * @param budget is used up by the search
 * @returns whether a linearization exists; `undefined` if the budget was exhausted
 */
export function isLinearizable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  budget: Budget,
  watcher?: Watcher<Input, Output>,
): boolean | undefined {
  const sorted = byCall(operations)
  return searchSorted(model, sorted, tracesOf(model, sorted), budget, watcher)
}

/**
 * The same for operations in the order of their calls.
 *
 * @param traces their traces; `undefined` if the model knows none
 */
export function searchSorted<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  traces: Traces<State> | undefined,
  budget: Budget,
  watcher?: Watcher<Input, Output>,
): boolean | undefined {
  return arena.use(() => new Search(model, operations, traces, budget, watcher).run())
}

const arena = new Arena()

class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #budget: Budget
  readonly #watcher: Watcher<Input, Output> | undefined
  /** The operations that surely happened, in the order of their calls, then those that may have. */
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  /** The number of those that surely happened. */
  readonly #known: number
  /** By operation, true if it surely happened and changed nothing. */
  readonly #isReadOnly: readonly boolean[]
  readonly #events: Events
  readonly #options: Options
  readonly #states: States<State>
  readonly #transitions: Transitions<State, Input, Output>
  readonly #mentions: Mentions<State> | undefined
  readonly #lookahead: Lookahead | undefined
  /** Computed once a search turns out not to be easy. */
  #twins: Twins | undefined
  readonly #patience: number
  readonly #isPlaced: Int32Array
  readonly #frames: Frames
  readonly #visited: Visited
  readonly #name: Int32Array
  #state: number
  /** The state before the optional operation just placed, until another operation has observed its effect. */
  #unseen = NO_STATE
  /** The latest call among the operations placed, as a place in time. */
  #latestCall = -1
  /** The highest number among the known operations placed. */
  #highest = -1

  constructor(
    model: Model<State, Input, Output>,
    sorted: readonly HistoryOperation<Input, Output>[],
    traces: Traces<State> | undefined,
    budget: Budget,
    watcher: Watcher<Input, Output> | undefined,
  ) {
    this.#model = model
    this.#budget = budget
    this.#watcher = watcher
    const places: number[] = []
    for (let place = 0; place < sorted.length; place++) if (sorted[place]!.output !== undefined) places.push(place)
    this.#known = places.length
    for (const place of usefulOptions(sorted, traces)) places.push(place)
    this.#operations = places.map(place => sorted[place]!)
    this.#isReadOnly = this.#operations.map(
      ({ input, output }) => output !== undefined && model.isReadOnly(input, output),
    )
    this.#events = new Events(this.#operations, this.#known, arena)
    this.#options = new Options(this.#events.optionalPlace, this.#events.byExpiry, arena)
    this.#visited = new Visited(this.#options, watcher !== undefined, arena)
    this.#states = traces?.states ?? new States(model)
    this.#transitions = new Transitions(model, this.#states, this.#operations, arena)
    if (traces !== undefined) {
      this.#mentions = new Mentions(traces, places, this.#known, arena)
      this.#lookahead = new Lookahead(this.#mentions, this.#events, this.#options, this.#known)
    }
    this.#patience = budget.steps - EASY
    this.#frames = new Frames(places.length, arena)
    this.#isPlaced = arena.ints((this.#known >>> 5) + 1)
    this.#name = arena.ints(this.#isPlaced.length + this.#options.wordsOfName + 4)
    this.#state = this.#states.numberOf(model.init())
  }

  run(): boolean | undefined {
    const events = this.#events
    for (;;) {
      this.#absorb()
      if (events.isEmpty) {
        this.#watcher?.observe(this.#sequence())
        return true
      }
      let event = events.first
      let option = 0
      while (!this.#placeKnown(event) && !this.#placeOptional(option)) {
        if (this.#budget.steps <= 0 || this.#visited.isFull) return undefined
        this.#watcher?.observe(this.#sequence())
        if (!this.#takeBack()) return false
        const { placed, index, depth } = this.#frames
        const isKnown = placed[depth] === KNOWN
        event = isKnown ? events.next[2 * index[depth]!]! : events.end
        option = isKnown ? 0 : index[depth]! - this.#known + 1
      }
    }
  }

  /** The state after an operation, or `IMPOSSIBLE`. */
  #after(state: number, operation: number): number {
    this.#budget.steps--
    if (state !== FORGOTTEN) return this.#transitions.after(state, operation)
    const mentions = this.#mentions!
    if (mentions.isBound(operation)) return IMPOSSIBLE
    return mentions.isBlind(operation) ? mentions.leaves(operation) : FORGOTTEN
  }

  readonly #isOut = (operation: number): boolean =>
    operation < this.#known
      ? (this.#isPlaced[operation >>> 5]! & (1 << (operation & 31))) !== 0
      : this.#options.isTaken(operation - this.#known)

  #isForgotten(state: number): boolean {
    return state === FORGOTTEN || (this.#mentions !== undefined && !this.#mentions.mayBeShown(state, this.#isOut))
  }

  /** True if the same state results without the optional operation just placed, so that placing it was useless. */
  #makesUseless(operation: number, after: number): boolean {
    return this.#unseen !== NO_STATE && this.#after(this.#unseen, operation) === after
  }

  /**
   * Places every read that may come next and fits, and, in the forgotten state, writes that no operation could reveal.
   */
  #absorb(): void {
    const events = this.#events
    if (this.#isForgotten(this.#state)) this.#state = FORGOTTEN
    let event = events.first
    while ((event & 1) === 0 && event !== events.end) {
      const index = event >> 1
      const fits = this.#isReadOnly[index]
        ? this.#after(this.#state, index) !== IMPOSSIBLE
        : this.#state === FORGOTTEN && this.#isLost(index)
      if (!fits || this.#endsOption(event)) {
        event = events.next[event]!
        continue
      }
      const before = events.before(event)
      this.#push(ABSORBED, index)
      events.unlink(index)
      event = events.next[before]!
      if (this.#isReadOnly[index] && this.#isForgotten(this.#state)) this.#state = FORGOTTEN
    }
  }

  /** True if a known operation is a write that no operation could reveal if another overwrites it at once. */
  #isLost(index: number): boolean {
    const mentions = this.#mentions
    if (mentions === undefined || !mentions.mayCover || !mentions.isBlind(index)) return false
    return !mentions.mayBeShown(mentions.leaves(index), this.#isOut)
  }

  /** Places writes that no operation could reveal right before the write just placed, which overwrites them. */
  #cover(firstReturn: number): void {
    const events = this.#events
    let event = events.first
    while ((event & 1) === 0 && event !== events.end && events.place[event]! < firstReturn) {
      const index = event >> 1
      const next = events.next[event]!
      if (this.#isLost(index) && !this.#endsOption(event)) {
        const before = events.before(event)
        this.#push(COVERED, index)
        events.unlink(index)
        event = events.next[before]!
      } else event = next
    }
  }

  /** True if an optional operation could still be placed now, but no longer after the operation called at `event`. */
  #endsOption(event: number): boolean {
    return this.#options.count > 0 && this.#options.anyExpires(this.#latestCall + 1, this.#events.place[event]!)
  }

  /** Places the first known operation, from `event` on in the list, that leads to a configuration not seen before. */
  #placeKnown(event: number): boolean {
    const events = this.#events
    for (; (event & 1) === 0 && event !== events.end; event = events.next[event]!) {
      const index = event >> 1
      const after = this.#after(this.#state, index)
      if (after === IMPOSSIBLE || this.#makesUseless(index, after) || this.#yieldsToKnown(index)) continue
      const covers = this.#mentions?.mayCover === true && this.#mentions.isBlind(index)
      const firstReturn = covers ? events.firstReturn() : 0
      this.#push(KNOWN, index)
      events.unlink(index)
      this.#state = after
      if (covers) this.#cover(firstReturn)
      if (this.#isForgotten(after)) this.#state = FORGOTTEN
      if (this.#isPromising() && this.#remember()) return true
      this.#takeBack()
    }
    return false
  }

  /** The same for an operation of unknown outcome, from number `option` on. */
  #placeOptional(option: number): boolean {
    const { count, places } = this.#options
    if (option >= count || this.#events.isEmpty) return false
    const firstReturn = this.#events.firstReturn()
    for (let index = Math.max(option, this.#options.firstOpenAt(this.#latestCall)); index < count; index++) {
      if (places[2 * index]! > firstReturn) return false
      if (places[2 * index + 1]! < this.#latestCall || this.#options.isTaken(index)) continue
      const operation = this.#known + index
      const after = this.#after(this.#state, operation)
      if (after === IMPOSSIBLE || after === this.#state || this.#makesUseless(operation, after)) continue
      if (after === FORGOTTEN || this.#yieldsToOptional(index) || !this.#mayShow(after, firstReturn, index)) continue
      this.#push(OPTIONAL, operation)
      this.#state = after
      if (this.#isPromising() && this.#remember()) return true
      this.#takeBack()
    }
    return false
  }

  /** True if an identical known operation that returns earlier may come next. */
  #yieldsToKnown(index: number): boolean {
    const twins = this.#findTwins()
    if (twins === undefined || !twins.hasTwin(index)) return false
    const { end, next, place, first } = this.#events
    for (let event = first; (event & 1) === 0 && event !== end; event = next[event]!) {
      const other = event >> 1
      if (twins.areTwins(other, index) && place[event + 1]! < place[2 * index + 1]!) return true
    }
    return false
  }

  /** True if an identical optional operation that expires earlier may come next. */
  #yieldsToOptional(index: number): boolean {
    const twins = this.#findTwins()
    if (twins === undefined || !twins.hasTwin(this.#known + index)) return false
    const { places } = this.#options
    const expiry = places[2 * index + 1]!
    for (let other = this.#options.firstOpenAt(this.#latestCall); other < this.#options.count; other++) {
      const isEarlier = places[2 * other + 1]! < expiry || (places[2 * other + 1] === expiry && other < index)
      if (!isEarlier || places[2 * other + 1]! < this.#latestCall || this.#options.isTaken(other)) continue
      if (places[2 * other]! > places[2 * index]! && !this.#isCallable(places[2 * other]!)) return false
      if (twins.areTwins(this.#known + other, this.#known + index)) return true
    }
    return false
  }

  #findTwins(): Twins | undefined {
    if (this.#twins === undefined && this.#budget.steps < this.#patience) {
      this.#twins = new Twins(this.#operations, index => !this.#isReadOnly[index])
    }
    return this.#twins
  }

  #isCallable(call: number): boolean {
    return call < this.#events.firstReturn()
  }

  /** True if an operation that may come next could reveal that the optional one led to this state. */
  #mayShow(state: number, firstReturn: number, placed: number): boolean {
    const events = this.#events
    for (let event = events.first; (event & 1) === 0; event = events.next[event]!) {
      if (this.#shows(event >> 1, state)) return true
    }
    const { count, places } = this.#options
    for (let index = this.#options.firstOpenAt(this.#latestCall); index < count; index++) {
      if (places[2 * index]! > firstReturn) return false
      if (index === placed || this.#options.isTaken(index)) continue
      if (this.#shows(this.#known + index, state)) return true
    }
    return false
  }

  #shows(operation: number, state: number): boolean {
    if (this.#mentions !== undefined) return this.#mentions.mayReveal(operation, state)
    const { input, output } = this.#operations[operation]!
    return this.#model.mayShow(this.#states.stateOf(state), input, output)
  }

  /** False if the answers to come already rule out this path. */
  #isPromising(): boolean {
    if (this.#lookahead === undefined || this.#watcher?.isThorough === true) return true
    return this.#lookahead.mayAnswer(this.#state === FORGOTTEN ? undefined : this.#state, this.#latestCall)
  }

  #push(placed: Placed, index: number): void {
    const isOptional = placed === OPTIONAL
    this.#frames.push(placed, index, this.#state, this.#unseen, this.#latestCall, this.#highest)
    const call = isOptional ? this.#options.places[2 * (index - this.#known)]! : this.#events.place[2 * index]!
    if (call > this.#latestCall) this.#latestCall = call
    if (isOptional) {
      this.#options.take(index - this.#known)
      this.#unseen = this.#state
    } else {
      this.#isPlaced[index >>> 5]! |= 1 << (index & 31)
      this.#unseen = NO_STATE
      if (index > this.#highest) this.#highest = index
    }
  }

  /** Backtracks to the last operation that was a choice, which is then right above the top. False if there is none. */
  #takeBack(): boolean {
    const frames = this.#frames
    while (frames.depth > 0) {
      const depth = --frames.depth
      const [index, placed] = [frames.index[depth]!, frames.placed[depth]]
      this.#state = frames.state[depth]!
      this.#unseen = frames.unseen[depth]!
      this.#latestCall = frames.latestCall[depth]!
      this.#highest = frames.highest[depth]!
      if (placed === OPTIONAL) {
        this.#options.giveBack(index - this.#known)
        return true
      }
      this.#isPlaced[index >>> 5]! &= ~(1 << (index & 31))
      this.#events.link(index)
      if (placed === KNOWN) return true
    }
    return false
  }

  /**
   * Remembers this configuration: its state, the first known operation not placed (all earlier ones are), which later ones
   * are placed, and which of the unexpired optional ones.
   *
   * @returns false if the search need not continue from it
   */
  #remember(): boolean {
    const first = this.#events.first >> 1
    const name = this.#name
    let length = 0
    name[length++] = first
    name[length++] = this.#state
    const last = this.#highest >> 5
    for (let word = first >>> 5; word <= last; word++) name[length++] = this.#isPlaced[word]!
    return this.#visited.add(name, length, this.#latestCall)
  }

  /** The operations placed, in the order in which they take effect. */
  #sequence(): HistoryOperation<Input, Output>[] {
    return this.#frames.inOrder().map(index => this.#operations[index]!)
  }
}
