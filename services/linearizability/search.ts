/**
 * Decides whether one part of a history is linearizable: the search of Wing and Gong (JPDC 1993) with Lowe's memory of
 * configurations seen (CCPE 2017), as Porcupine has it, and three savings that lose no linearization:
 *
 * - A read that fits the state goes first: putting it first disturbs no other (unless an operation of unknown outcome
 *   had to come before it).
 * - An operation of unknown outcome need never be placed, so it is tried only where no known one leads on.
 * - It is not placed where the next operation overwrites it unseen: leaving it out does the same.
 *
 * The calls and returns of operations not yet placed form a doubly linked list in time order; only calls before the
 * first return in it may come next. Placing an operation unlinks its two events, backtracking links them again.
 */
import type { HistoryOperation, Model } from "./model.ts"
import { inChars, Options } from "./options.ts"

/** What a search may spend; it counts down as it goes. */
export interface Budget {
  /** Steps of the model. */
  steps: number
}

/** Memory for configurations, in bytes, roughly. A search that needs more is out of budget. */
const MEMORY = 500_000_000
/** What remembering one takes, but for the characters of its name. */
const OVERHEAD = 64

type Placed = "absorbed" | "known" | "optional"

/** One operation placed, and what to restore when it is taken back. */
interface Frame<State> {
  readonly placed: Placed
  readonly index: number
  readonly state: State
  readonly unseen: State | undefined
  readonly latestCall: number
  readonly highest: number
}

/**
 * @param operations the operations of one part, in any order
 * @param budget is used up by the search
 * @returns whether a linearization exists; `undefined` if the budget did not suffice to tell
 */
export function isLinearizable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  budget: Budget,
): boolean | undefined {
  return new Search(model, operations, budget).run()
}

class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #budget: Budget
  /** Operations that surely happened, and those that may have, in the order of their calls. */
  readonly #known: readonly HistoryOperation<Input, Output>[]
  readonly #optional: readonly HistoryOperation<Input, Output>[]
  /** Which of the known operations changed nothing. */
  readonly #isReadOnly: readonly boolean[]
  readonly #options: Options
  /** Numbers of the optional operations that could show something of the state. */
  readonly #watchers: readonly number[]
  /** Places of events in the common order of time: of known operation k at 2k (call) and 2k+1 (return). */
  readonly #knownPlace: Float64Array
  /** The linked list over events 2k, 2k+1; the last element is its head and end. */
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #end: number
  readonly #isPlaced: Uint32Array
  readonly #frames: Frame<State>[] = []
  readonly #seen = new Set<string>()
  #memory = 0
  readonly #stateNumbers = new Map<string | number | boolean | null, number>()
  #state: State
  /** The state before the optional operation just placed, until another operation has seen its effect. */
  #unseen: State | undefined = undefined
  /** The latest call among the operations placed, as a place in time. */
  #latestCall = -1
  /** The highest number among the known operations placed. */
  #highest = -1

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly HistoryOperation<Input, Output>[],
    budget: Budget,
  ) {
    this.#model = model
    this.#budget = budget
    this.#state = model.init()
    const byCall = operations.toSorted((a, b) => a.call - b.call)
    this.#known = byCall.filter(operation => operation.output !== undefined)
    this.#optional = byCall.filter(operation => operation.output === undefined)
    this.#isReadOnly = this.#known.map(({ input, output }) => output !== undefined && model.isReadOnly(input, output))
    this.#watchers = [...this.#optional.keys()].filter(index =>
      model.mayShow(this.#state, this.#optional[index]!.input, undefined),
    )
    this.#knownPlace = new Float64Array(2 * this.#known.length)
    this.#end = 2 * this.#known.length
    this.#next = new Int32Array(this.#end + 1)
    this.#previous = new Int32Array(this.#end + 1)
    this.#isPlaced = new Uint32Array((this.#known.length >>> 5) + 1)
    this.#options = new Options(this.#orderEvents())
  }

  /**
   * Fills the places in time and the linked list. In one instant calls come before returns: they are concurrent.
   *
   * @returns the places of the optional operations
   */
  #orderEvents(): Float64Array {
    const knownEvents = this.#end
    const optionalPlaces = new Float64Array(2 * this.#optional.length)
    const all = [...this.#known, ...this.#optional]
    const time = (event: number) => (event % 2 === 0 ? all[event >> 1]!.call : all[event >> 1]!.return)
    const events = Array.from({ length: 2 * all.length }, (_, event) => event)
    events.sort((a, b) => Math.sign(time(a) - time(b)) || (a % 2) - (b % 2) || a - b)
    let last = this.#end
    for (let place = 0; place < events.length; place++) {
      const event = events[place]!
      if (event >= knownEvents) {
        optionalPlaces[event - knownEvents] = time(event) === Infinity ? Infinity : place
        continue
      }
      this.#knownPlace[event] = place
      this.#next[last] = event
      this.#previous[event] = last
      last = event
    }
    this.#next[last] = this.#end
    this.#previous[this.#end] = last
    return optionalPlaces
  }

  run(): boolean | undefined {
    for (;;) {
      this.#absorb()
      let event = this.#next[this.#end]!
      if (event === this.#end) return true
      let option = 0
      while (!this.#placeKnown(event) && !this.#placeOptional(option)) {
        if (this.#budget.steps <= 0 || this.#memory > MEMORY) return undefined
        const taken = this.#takeBack()
        if (taken === undefined) return false
        event = taken.placed === "known" ? this.#next[2 * taken.index]! : this.#end
        option = taken.placed === "known" ? 0 : taken.index + 1
      }
    }
  }

  #step(operation: HistoryOperation<Input, Output>, from: State): State | undefined {
    this.#budget.steps--
    return this.#model.step(from, operation.input, operation.output)
  }

  #isSame(a: State, b: State): boolean {
    return this.#model.identify(a) === this.#model.identify(b)
  }

  /** Whether the same state results without the optional operation just placed, so that placing it was useless. */
  #makesUseless(operation: HistoryOperation<Input, Output>, after: State): boolean {
    if (this.#unseen === undefined) return false
    const without = this.#step(operation, this.#unseen)
    return without !== undefined && this.#isSame(without, after)
  }

  /** Places every read that may come next and fits. */
  #absorb(): void {
    let event = this.#next[this.#end]!
    while (event % 2 === 0 && event !== this.#end) {
      const index = event >> 1
      const before = this.#previous[event]!
      const fits = this.#isReadOnly[index]! && this.#step(this.#known[index]!, this.#state) !== undefined
      if (!fits || this.#endsOption(event)) {
        event = this.#next[event]!
        continue
      }
      this.#push("absorbed", index)
      this.#unlink(index)
      event = this.#next[before]!
    }
  }

  /** Whether an optional operation could still be placed now, but no longer after the operation called at `event`. */
  #endsOption(event: number): boolean {
    return this.#options.count > 0 && this.#options.anyExpires(this.#latestCall + 1, this.#knownPlace[event]!)
  }

  /** Places the first known operation, from `event` on in the list, that leads to a configuration not seen before. */
  #placeKnown(event: number): boolean {
    for (; event % 2 === 0 && event !== this.#end; event = this.#next[event]!) {
      const index = event >> 1
      const operation = this.#known[index]!
      const after = this.#step(operation, this.#state)
      if (after === undefined || this.#makesUseless(operation, after)) continue
      this.#push("known", index)
      this.#unlink(index)
      this.#state = after
      if (this.#isNew()) return true
      this.#takeBack()
    }
    return false
  }

  /** The same for an operation of unknown outcome, from number `option` on. */
  #placeOptional(option: number): boolean {
    const { count, places } = this.#options
    if (option >= count) return false
    const firstReturn = this.#firstReturn()
    for (let index = Math.max(option, this.#options.firstOpenAt(this.#latestCall)); index < count; index++) {
      if (places[2 * index]! > firstReturn) return false
      if (places[2 * index + 1]! < this.#latestCall || this.#options.isTaken(index)) continue
      const operation = this.#optional[index]!
      const after = this.#step(operation, this.#state)
      if (after === undefined || this.#isSame(after, this.#state) || this.#makesUseless(operation, after)) continue
      if (!this.#mayShow(after, firstReturn, index)) continue
      this.#push("optional", index)
      this.#state = after
      if (this.#isNew()) return true
      this.#takeBack()
    }
    return false
  }

  /** Whether an operation that may come next could tell that the optional one led to this state. */
  #mayShow(state: State, firstReturn: number, placed: number): boolean {
    for (let event = this.#next[this.#end]!; event % 2 === 0; event = this.#next[event]!) {
      const { input, output } = this.#known[event >> 1]!
      if (this.#model.mayShow(state, input, output)) return true
    }
    return this.#watchers.some(index => {
      if (index === placed || this.#options.isTaken(index) || this.#options.places[2 * index]! > firstReturn)
        return false
      return this.#model.mayShow(state, this.#optional[index]!.input, undefined)
    })
  }

  #firstReturn(): number {
    let event = this.#next[this.#end]!
    while (event % 2 === 0) event = this.#next[event]!
    return this.#knownPlace[event]!
  }

  #push(placed: Placed, index: number): void {
    this.#frames.push({
      placed,
      index,
      state: this.#state,
      unseen: this.#unseen,
      latestCall: this.#latestCall,
      highest: this.#highest,
    })
    const places = placed === "optional" ? this.#options.places : this.#knownPlace
    this.#latestCall = Math.max(this.#latestCall, places[2 * index]!)
    if (placed === "optional") {
      this.#options.take(index)
      this.#unseen = this.#state
    } else {
      this.#isPlaced[index >>> 5]! |= 1 << (index & 31)
      this.#unseen = undefined
      this.#highest = Math.max(this.#highest, index)
    }
  }

  /** Takes the last operations back, up to one that was a choice. */
  #takeBack(): Frame<State> | undefined {
    for (;;) {
      const frame = this.#frames.pop()
      if (frame === undefined) return undefined
      const { index } = frame
      this.#state = frame.state
      this.#unseen = frame.unseen
      this.#latestCall = frame.latestCall
      this.#highest = frame.highest
      if (frame.placed === "optional") {
        this.#options.giveBack(index)
        return frame
      }
      this.#isPlaced[index >>> 5]! &= ~(1 << (index & 31))
      this.#link(index)
      if (frame.placed === "known") return frame
    }
  }

  #unlink(index: number): void {
    for (let event = 2 * index; event <= 2 * index + 1; event++) {
      this.#next[this.#previous[event]!] = this.#next[event]!
      this.#previous[this.#next[event]!] = this.#previous[event]!
    }
  }

  #link(index: number): void {
    for (let event = 2 * index + 1; event >= 2 * index; event--) {
      this.#next[this.#previous[event]!] = event
      this.#previous[this.#next[event]!] = event
    }
  }

  /**
   * Whether this configuration is new; remembers it. It is named exactly: by its state, the first known operation not
   * placed (all earlier ones are), which later ones are placed, and which optional ones were, of
   * those that still could be.
   */
  #isNew(): boolean {
    const first = this.#next[this.#end]! >> 1
    let name = `${first},${this.#stateNumber()},`
    for (let word = first >>> 5; word <= this.#highest >> 5; word++) name += inChars(this.#isPlaced[word]!)
    if (this.#options.count > 0) name += this.#options.nameAt(this.#latestCall)
    if (this.#seen.has(name)) return false
    this.#seen.add(name)
    this.#memory += 2 * name.length + OVERHEAD
    return true
  }

  #stateNumber(): number {
    const identity = this.#model.identify(this.#state)
    const known = this.#stateNumbers.get(identity)
    if (known !== undefined) return known
    this.#stateNumbers.set(identity, this.#stateNumbers.size)
    return this.#stateNumbers.size - 1
  }
}
