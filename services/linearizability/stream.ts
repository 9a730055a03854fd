/**
 * Checks linearizability during a run, in bounded memory.
 *
 * Each part of the object (each key) keeps, instead of its history so far, the set of configurations to which it may
 * have led: a state, and which of the open operations have already taken effect (Lowe's just-in-time linearization,
 * CCPE 2017). Events are processed in real-time order, but only once the fate of every operation called before them is
 * known, so that all answers can narrow the search; no more events wait than clients can cause within one deadline. An
 * operation is made to take effect only when some answer needs it, or at its return.
 *
 * Complete histories have another engine, in `search.ts`, although they could be streamed. Neither is good at what the
 * other does. If answers tell what a write replaced, as those of a run do, a state is hardly ever in doubt: a stream
 * takes a third of the time, and memory only for operations in flight instead of the whole history. If they do not, as
 * in most recordings, only later answers decide what happened. The search, which sees these, takes a half to a quarter
 * of the time on sixteen keys, and less than a hundredth on one key that twelve clients share.
 *
 * A client here is a session with one operation at a time. An operation whose outcome the client never learnt takes
 * effect before the session's next successful write returns, or never: sessions number their operations, and a machine
 * refuses a number below the last it executed. (Reads may bypass the log, and prove nothing about earlier numbers.)
 */
import type { Followed } from "./followed.ts"
import { describeOperation, type Model } from "./model.ts"
import { type Configuration, resolve } from "./configurations.ts"

/** An operation of a stream, with the part that it concerns. */
export interface Called<State, Input, Output> extends Followed<Input, Output> {
  readonly part: Part<State, Input, Output>
}

/**
 * One part of the object.
 *
 * Most of the time it is calm: its state is known, no event waits, no operation is optional, and at most one is open
 * (`alone`). Then there is nothing to search.
 */
interface Part<State, Input, Output> {
  readonly name: string
  isCalm: boolean
  /** While it is calm: its only possible state. Otherwise `configurations` holds the possible ones. */
  state: State
  /** While it is calm: the operation that is open, if any. */
  alone: Followed<Input, Output> | null
  /**
   * The operations of the events (calls and returns) not yet processed, from index `first` on: they wait for the fate
   * of the operation that the first one calls.
   */
  readonly waiting: Followed<Input, Output>[]
  first: number
  configurations: Configuration<State, Input, Output>[]
  /** Operations called and not returned, of those that surely happened. */
  readonly open: Followed<Input, Output>[]
  /** Operations of unknown outcome that may still take effect. */
  readonly optional: Followed<Input, Output>[]
  /** The optional operations that could reveal something about the state. */
  readonly watchers: Followed<Input, Output>[]
  /** The last operations that returned, for witnesses: a ring. */
  readonly recent: Followed<Input, Output>[]
  returned: number
  /** True if it is no longer checked: a violation was found, or its search ran out of budget. */
  isAbandoned: boolean
}

/** A violation: what could not be explained, in words. */
export interface Unexplained {
  readonly partition: string
  readonly at: number
  readonly witness: string
}

// Small integers, since objects box fractions and infinities.
const UNANSWERED = -1
/** Beyond the place of any event: a stream has fewer. */
const NEVER = 2 ** 31 - 1

const RECENT = 4
/** Processed events that may precede the waiting ones in the list. */
const MAX_PAST = 256

/** The state of a stream: plain data, if the states of the model are. */
export interface StreamState<State, Input, Output> {
  readonly parts: Map<string, Part<State, Input, Output>>
  /** Operations of unknown outcome, by session, until its next successful write. */
  readonly uncertain: Map<number, Followed<Input, Output>[]>
  /** The number of calls and expiries so far. */
  place: number
  violation: Unexplained | undefined
  /** Parts whose search ran out of budget, and which are no longer checked. */
  readonly givenUp: Set<string>
}

export function newStream<State, Input, Output>(): StreamState<State, Input, Output> {
  return { parts: new Map(), uncertain: new Map(), place: 0, violation: undefined, givenUp: new Set() }
}

export interface StreamOptions {
  /** Steps of the model that the search for one operation may take. Default 2 million: some tens of milliseconds. */
  readonly budget?: number
  /** The written form of times in witnesses. */
  readonly formatTime?: (time: number) => string
}

/** Checks streams of one model. It is stateless: the state of a stream is passed with each event. */
export class StreamChecker<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #budget: number
  readonly #formatTime: (time: number) => string

  constructor(model: Model<State, Input, Output>, options: StreamOptions = {}) {
    this.#model = model
    this.#budget = options.budget ?? 2_000_000
    this.#formatTime = options.formatTime ?? String
  }

  /** A client calls an operation, after its last one has ended. Calls and ends are given in order of time. */
  call(
    stream: StreamState<State, Input, Output>,
    client: number,
    input: Input,
    time: number,
  ): Called<State, Input, Output> {
    const part = this.#partOf(stream, input)
    const operation: Called<State, Input, Output> = {
      part,
      client,
      input,
      call: time,
      called: stream.place++,
      expires: NEVER,
      output: undefined,
      return: UNANSWERED,
      fate: "pending",
      isTaken: false,
    }
    if (part.isCalm && part.alone === null && stream.violation === undefined) part.alone = operation
    else this.#push(stream, part, operation)
    return operation
  }

  /** The client has its answer. */
  succeed(
    stream: StreamState<State, Input, Output>,
    operation: Called<State, Input, Output>,
    output: Output,
    time: number,
  ): void {
    operation.fate = "ok"
    operation.output = output
    operation.return = time
    const { part } = operation
    if (part.alone !== operation || !this.#succeedAlone(operation, output)) {
      this.#push(stream, part, operation)
      this.#advance(stream, part)
    }
    if (stream.uncertain.size > 0 && !this.#model.isReadOnly(operation.input, output))
      this.#settle(stream, operation.client)
  }

  /** Completes the only open operation. Returns true if its answer fits the state. */
  #succeedAlone(operation: Called<State, Input, Output>, output: Output): boolean {
    const { part } = operation
    const state = this.#model.step(part.state, operation.input, output)
    if (state === undefined) return false
    part.state = state
    part.alone = null
    remember(part, operation)
    return true
  }

  /** The operation surely did not happen. */
  fail(stream: StreamState<State, Input, Output>, operation: Called<State, Input, Output>): void {
    operation.fate = "failed"
    this.#follow(stream, operation)
  }

  /** The client has given the operation up without knowing whether it happened. */
  giveUp(stream: StreamState<State, Input, Output>, operation: Called<State, Input, Output>): void {
    operation.fate = "unknown"
    const uncertain = stream.uncertain.get(operation.client)
    if (uncertain === undefined) stream.uncertain.set(operation.client, [operation])
    else uncertain.push(operation)
    this.#follow(stream, operation)
  }

  /** Continues with the part of an operation whose fate is known now. */
  #follow(stream: StreamState<State, Input, Output>, { part }: Called<State, Input, Output>): void {
    stir(part)
    this.#advance(stream, part)
  }

  /** The history is over: operations whose fate is not known may have happened or not. */
  finish(stream: StreamState<State, Input, Output>): void {
    for (const part of stream.parts.values()) {
      if (part.isCalm && part.alone === null) continue
      stir(part)
      for (const operation of part.waiting) if (operation.fate === "pending") operation.fate = "unknown"
      this.#advance(stream, part)
    }
  }

  /** The session's earlier operations of unknown outcome have happened by now, or never will. */
  #settle(stream: StreamState<State, Input, Output>, client: number): void {
    const uncertain = stream.uncertain.get(client)
    if (uncertain === undefined) return
    stream.uncertain.delete(client)
    for (const operation of uncertain) operation.expires = stream.place
    stream.place++
  }

  #partOf(stream: StreamState<State, Input, Output>, input: Input): Part<State, Input, Output> {
    const name = this.#model.partition(input)
    const known = stream.parts.get(name)
    if (known !== undefined) return known
    const part = newPart<State, Input, Output>(name, this.#model.init())
    stream.parts.set(name, part)
    return part
  }

  #push(
    stream: StreamState<State, Input, Output>,
    part: Part<State, Input, Output>,
    operation: Followed<Input, Output>,
  ): void {
    stir(part)
    if (stream.violation === undefined && !part.isAbandoned) part.waiting.push(operation)
  }

  /** Processes the waiting events, up to the call of an operation whose fate is not known. */
  #advance(stream: StreamState<State, Input, Output>, part: Part<State, Input, Output>): void {
    const { waiting } = part
    while (part.first < waiting.length) {
      const operation = waiting[part.first]!
      if (operation.fate === "pending") break
      part.first++
      if (!operation.isTaken) this.#take(part, operation)
      else if (!this.#return(stream, part, operation)) return
    }
    if (part.first === waiting.length) {
      waiting.length = 0
      part.first = 0
      calm(part)
    } else if (part.first >= MAX_PAST) {
      waiting.splice(0, part.first)
      part.first = 0
    }
  }

  #take(part: Part<State, Input, Output>, operation: Followed<Input, Output>): void {
    operation.isTaken = true
    if (operation.fate === "ok") part.open.push(operation)
    else if (operation.fate === "unknown") {
      part.optional.push(operation)
      if (this.#model.mayShow(this.#model.init(), operation.input, undefined)) part.watchers.push(operation)
    }
  }

  /** The operation has taken effect by now in every configuration that remains. */
  #return(
    stream: StreamState<State, Input, Output>,
    part: Part<State, Input, Output>,
    operation: Followed<Input, Output>,
  ): boolean {
    const resolution = resolve(this.#model, part, operation, this.#budget)
    if (typeof resolution === "string") {
      if (resolution === "violated") stream.violation = this.#explain(part, operation)
      else stream.givenUp.add(part.name)
      this.#abandon(part)
      return false
    }
    part.configurations = resolution
    remove(part.open, operation)
    remember(part, operation)
    if (part.optional.length > 0) dropExpired(part, operation.called)
    return true
  }

  #abandon(part: Part<State, Input, Output>): void {
    part.isAbandoned = true
    part.waiting.length = 0
    part.first = 0
    part.open.length = 0
    part.optional.length = 0
    part.watchers.length = 0
  }

  #explain(part: Part<State, Input, Output>, operation: Followed<Input, Output>): Unexplained {
    const concurrent = [...part.open, ...part.optional].filter(other => other !== operation)
    const states = [...new Set(part.configurations.map(({ state }) => showState(this.#model.identify(state))))]
    const lines = [
      `no order of effects explains ${this.#inWords(operation)}`,
      `before it the state could only be ${states.slice(0, 4).join(" or ")}`,
    ]
    if (concurrent.length > 0) lines.push(`at the same time: ${this.#allInWords(concurrent)}`)
    const recent = part.recent.toSorted((a, b) => a.return - b.return)
    if (recent.length > 0) lines.push(`before: ${this.#allInWords(recent)}`)
    return { partition: part.name, at: operation.return, witness: lines.join("; ") }
  }

  #allInWords(operations: readonly Followed<Input, Output>[]): string {
    const shown = operations.slice(-RECENT).map(operation => this.#inWords(operation))
    return shown.join(", ") + (operations.length > RECENT ? ` and ${operations.length - RECENT} more` : "")
  }

  #inWords(operation: Followed<Input, Output>): string {
    const end = operation.return === UNANSWERED ? Infinity : operation.return
    return describeOperation(this.#model, { ...operation, return: end }, this.#formatTime)
  }
}

/** The events kept because an earlier operation's fate is not known yet. */
export function backlogOf({ parts }: StreamState<unknown, unknown, unknown>): number {
  let events = 0
  for (const { alone, waiting, first } of parts.values()) events += (alone === null ? 0 : 1) + waiting.length - first
  return events
}

function newPart<State, Input, Output>(name: string, state: State): Part<State, Input, Output> {
  return {
    name,
    isCalm: true,
    state,
    alone: null,
    waiting: [],
    first: 0,
    configurations: [],
    open: [],
    optional: [],
    watchers: [],
    recent: [],
    returned: 0,
    isAbandoned: false,
  }
}

/** Ends the calm of a part: more happens there than one operation with its answer. */
function stir<State, Input, Output>(part: Part<State, Input, Output>): void {
  if (!part.isCalm) return
  part.isCalm = false
  part.configurations = [{ state: part.state, taken: [], used: [] }]
  if (part.alone !== null) part.waiting.push(part.alone)
  part.alone = null
}

/** No event waits at a part: it is calm again, unless open or optional operations leave its state in doubt. */
function calm<State, Input, Output>(part: Part<State, Input, Output>): void {
  const { configurations, open, optional } = part
  if (part.isAbandoned || configurations.length !== 1 || open.length > 0 || optional.length > 0) return
  part.isCalm = true
  part.state = configurations[0]!.state
}

/** Drops operations of unknown outcome that expired before the call of an operation that has returned. */
function dropExpired<State, Input, Output>(part: Part<State, Input, Output>, called: number): void {
  for (const operation of part.optional.filter(({ expires }) => expires < called)) {
    remove(part.optional, operation)
    remove(part.watchers, operation)
    for (const configuration of part.configurations) remove(configuration.used, operation)
  }
}

function showState(identity: string | number | boolean | null): string {
  const text = JSON.stringify(identity)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

function remember<State, Input, Output>(part: Part<State, Input, Output>, operation: Followed<Input, Output>): void {
  part.recent[part.returned++ % RECENT] = operation
}

function remove<T>(list: T[], element: T): void {
  // Usually it is the last element, and `splice` allocates a list of what it removes.
  if (list.at(-1) === element) list.pop()
  else {
    const index = list.indexOf(element)
    if (index >= 0) list.splice(index, 1)
  }
}
