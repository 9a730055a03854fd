/** Histories for the checkers' tests: short hand for written ones, random ones, and a checker by brute force. */
import { Random } from "../../../runtime/lib/random.ts"
import {
  type KeyValueAnswer,
  keyValueModel,
  keyValueModelFrom,
  type RecordedKeyValueOperation,
} from "../../../services/linearizability/key-value.ts"
import type { HistoryOperation, Model } from "../../../services/linearizability/model.ts"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import {
  backlogOf,
  type Called,
  newStream,
  StreamChecker,
  type StreamOptions,
  type StreamState,
} from "../../../services/linearizability/stream.ts"

export type Entry = HistoryOperation<KeyValueOperation, KeyValueAnswer>

type CalledOperation = Called<string | null, KeyValueOperation, KeyValueAnswer>

/** A stream of operations on a key-value store, and its check. */
export class Stream {
  readonly #checker: StreamChecker<string | null, KeyValueOperation, KeyValueAnswer>
  readonly state: StreamState<string | null, KeyValueOperation, KeyValueAnswer> = newStream()

  constructor(options?: StreamOptions, model = keyValueModel) {
    this.#checker = new StreamChecker(model, options)
  }

  call(client: number, operation: KeyValueOperation, time: number): CalledOperation {
    return this.#checker.call(this.state, client, operation, time)
  }

  succeed(operation: CalledOperation, answer: KeyValueAnswer, time: number): void {
    this.#checker.succeed(this.state, operation, answer, time)
  }

  fail(operation: CalledOperation): void {
    this.#checker.fail(this.state, operation)
  }

  giveUp(operation: CalledOperation): void {
    this.#checker.giveUp(this.state, operation)
  }

  finish(): void {
    this.#checker.finish(this.state)
  }

  get violation() {
    return this.state.violation
  }

  get givenUp(): readonly string[] {
    return [...this.state.givenUp]
  }

  get backlog(): number {
    return backlogOf(this.state)
  }
}

let clients = 0

/** A client's operation on key x from `call` to `end`; without an answer its outcome is unknown. */
function entry(input: KeyValueOperation, call: number, end: number, output?: KeyValueAnswer): Entry {
  return { client: clients++, input, output, call, return: output === undefined ? Infinity : end }
}

export const put = (value: string, call: number, end: number): Entry =>
  entry({ op: "put", key: "x", value }, call, end, { done: true, value: undefined })
/** A put whose answer tells which value it replaced. */
export const swap = (value: string, before: string | null, call: number, end: number): Entry =>
  entry({ op: "put", key: "x", value }, call, end, { done: true, value: before })
export const lostPut = (value: string, call: number): Entry => entry({ op: "put", key: "x", value }, call, Infinity)
export const get = (value: string | null, call: number, end: number): Entry =>
  entry({ op: "get", key: "x" }, call, end, { done: true, value })
export const cas = (expected: string | null, value: string, done: boolean, call: number, end: number): Entry =>
  entry({ op: "cas", key: "x", expected, value }, call, end, { done })
export const append = (value: string, before: string | null | undefined, call: number, end: number): Entry =>
  entry({ op: "append", key: "x", value }, call, end, { done: true, value: before })

/** The same operation, its outcome never learnt. */
export const lost = (operation: Entry): Entry => ({ ...operation, output: undefined, return: Infinity })
/** The same operation, of this client. */
export const by = (client: number, operation: Entry): Entry => ({ ...operation, client })

/** Tells a stream of a history as it happens; operations of unknown outcome are given up `patience` after their call. */
export function feed(stream: Stream, history: readonly Entry[], patience: number): void {
  const steps = history.flatMap((one): { readonly time: number; readonly take: () => void }[] => {
    let operation: CalledOperation
    const call = { time: one.call, take: () => void (operation = stream.call(one.client, one.input, one.call)) }
    const end = () => {
      if (one.output === undefined) stream.giveUp(operation)
      else stream.succeed(operation, one.output, one.return)
    }
    return [call, { time: one.output === undefined ? one.call + patience : one.return, take: end }]
  })
  for (const { take } of steps.toSorted((a, b) => a.time - b.time)) take()
  stream.finish()
}

/** Whether any order of effects explains the history, by trying all of them. For up to about eight operations. */
export function isLinearizableByBruteForce<Operation extends RecordedKeyValueOperation>(
  history: readonly HistoryOperation<Operation, KeyValueAnswer>[],
  model: Model<string | null, Operation, KeyValueAnswer> = keyValueModelFrom(null),
): boolean {
  const visit = (state: string | null, left: typeof history): boolean => {
    if (left.every(operation => operation.output === undefined)) return true
    return left.some(next => {
      // Nothing that must still take effect may have returned before `next` was called ...
      if (left.some(other => other.output !== undefined && other.return < next.call)) return false
      const after = model.step(state, next.input, next.output)
      if (after === undefined) return false
      // ... and an operation that can no longer happen when `next` is called is out of the game.
      const rest = left.filter(other => other !== next && !(other.output === undefined && other.return < next.call))
      return visit(after, rest)
    })
  }
  return visit(model.init(), history)
}

export interface RandomHistoryOptions {
  readonly clients: number
  readonly operations: number
  readonly keys: number
  /** Different values that writes choose from; 0: every write has a value of its own. */
  readonly values: number
  /** Share of operations whose client learns no outcome. */
  readonly unknown: number
  /** Whether the answers of writes tell the value they replaced. */
  readonly telling: boolean
  /** False for puts in the place of appends. */
  readonly appends?: boolean
}

interface Draft {
  readonly client: number
  readonly input: KeyValueOperation
  readonly call: number
  readonly effect: number
  readonly end: number
  readonly fate: "ok" | "lost" | "never"
}

/**
 * The history of a random execution that is linearizable by construction: each operation takes effect at a moment
 * between its call and its return. All times differ. An operation of unknown outcome that does happen does so before
 * its client's next successful write returns, as those of sessions do; its `return` is that time.
 */
export function randomHistory(random: Random, options: RandomHistoryOptions): Entry[] {
  const drafts = drawDrafts(random, options)
  const answers = new Map<Draft, KeyValueAnswer>()
  const states = new Map<string, string | null>()
  for (const draft of drafts.toSorted((a, b) => a.effect - b.effect)) {
    if (draft.fate === "never") continue
    const before = states.get(draft.input.key) ?? null
    const after = keyValueModel.step(before, draft.input, undefined)
    if (after === undefined) throw new Error("the model refused an operation without an answer")
    states.set(draft.input.key, after)
    const done = draft.input.op !== "cas" || before === draft.input.expected
    const value = options.telling || draft.input.op === "get" ? before : undefined
    answers.set(draft, { done, value })
  }
  const isWrite = (draft: Draft): boolean =>
    draft.fate === "ok" && !keyValueModel.isReadOnly(draft.input, answers.get(draft)!)
  return drafts.map(draft => {
    const { client, input, call, end, fate } = draft
    if (fate === "ok") return { client, input, output: answers.get(draft), call, return: end }
    const next = drafts.find(other => other.client === client && other.call > call && isWrite(other))
    return { client, input, output: undefined, call, return: next?.end ?? Infinity }
  })
}

function drawDrafts(random: Random, options: RandomHistoryOptions): Draft[] {
  const drafts: Draft[] = []
  const free = Array.from({ length: options.clients }, () => 0)
  for (let i = 0; i < options.operations; i++) {
    const client = random.integer(0, options.clients - 1)
    // Multiples of 1,000 with the operation's number added: no two times are equal.
    const [call, effect, end] = [1, 2, 3]
      .map(() => 1000 * (free[client]! + random.integer(1, 40)))
      .toSorted((a, b) => a - b)
      .map((time, step) => time + 3 * i + step)
    free[client] = Math.ceil(end! / 1000)
    const isLost = random.chance(options.unknown)
    const fate = isLost ? (random.chance(0.5) ? "never" : "lost") : "ok"
    drafts.push({ client, input: drawInput(random, options, i), call: call!, effect: effect!, end: end!, fate })
  }
  return drafts
}

function drawInput(
  random: Random,
  { keys, values, appends = true }: RandomHistoryOptions,
  number: number,
): KeyValueOperation {
  const key = `k${random.integer(0, keys - 1)}`
  const value = values === 0 ? `v${number}` : `v${random.integer(1, values)}`
  const expected = random.chance(0.3) ? null : `v${random.integer(1, Math.max(values, number))}`
  switch (random.integer(0, 5)) {
    case 0:
    case 1:
      return { op: "get", key }
    case 2:
    case 3:
      return { op: "put", key, value }
    case 4:
      return { op: "cas", key, expected, value }
    default:
      return { op: appends ? "append" : "put", key, value }
  }
}

/** Changes one answer of the history to another value that occurs in it. */
export function withOneAnswerChanged(random: Random, history: readonly Entry[]): Entry[] {
  const answered = history.flatMap((operation, index) => (operation.output?.value === undefined ? [] : [index]))
  const values = [null, ...answered.map(index => history[index]!.output!.value!)]
  if (answered.length === 0) return [...history]
  const target = answered[random.integer(0, answered.length - 1)]!
  const value = values[random.integer(0, values.length - 1)]!
  return history.map((operation, index) =>
    index === target ? { ...operation, output: { ...operation.output, value } } : operation,
  )
}
