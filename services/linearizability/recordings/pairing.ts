/**
 * Pairs the events of each process to operations: an invocation, then how it ended. An event's time is its line number,
 * or its place among all events if several share a line. If all events have an `index`, as Jepsen's do, they are sorted
 * by it.
 */
import { type Datum, type Fields, isList, jsonOf, quote, WrongFile, WrongLine } from "./datum.ts"
import {
  type HistoryProblem,
  readClient,
  readWord,
  type RecordedOperation,
  type SystemEvent,
  wrong,
} from "./recorded.ts"

export interface EventLine {
  readonly line: number
  readonly fields: Fields
}

export interface Paired {
  readonly operations: readonly RecordedOperation[]
  readonly system: readonly SystemEvent[]
  readonly problems: readonly HistoryProblem[]
}

interface Invoked {
  readonly line: number
  readonly call: number
  readonly fields: Fields
  readonly f: string
}

export function pairEvents(lines: readonly EventLine[]): Paired {
  const pairing = new Pairing(hasKeysInValues(lines))
  for (const { fields, line, time } of inOrder(lines)) pairing.take(fields, line, time)
  return pairing.finish()
}

/** The events in their order, each with its time. */
function inOrder(lines: readonly EventLine[]): (EventLine & { readonly time: number })[] {
  const indexOf = ({ fields }: EventLine): number => (typeof fields["index"] === "number" ? fields["index"] : -1)
  const indices = new Set(lines.map(indexOf))
  const isIndexed = indices.size === lines.length && !indices.has(-1)
  const sorted = isIndexed ? lines.toSorted((a, b) => indexOf(a) - indexOf(b)) : lines
  const areLinesInOrder = sorted.every(({ line }, place) => place === 0 || line > sorted[place - 1]!.line)
  return sorted.map((event, place) => ({ ...event, time: areLinesInOrder ? event.line : place + 1 }))
}

/** True for an event of the system rather than of a client: its process is a keyword, or the nemesis. */
function isOfSystem({ process }: Fields): boolean {
  return typeof process === "string" && (process.startsWith(":") || process === "nemesis")
}

/**
 * True if all calls have their key in their value, as in histories of independent registers: `[key, value]`, and
 * `[key, [expected, new]]`.
 */
function hasKeysInValues(lines: readonly EventLine[]): boolean {
  const calls = lines.filter(({ fields }) => readWord(fields, "type") === "invoke" && !isOfSystem(fields))
  const without = calls.find(({ fields }) => !hasKeyInValue(fields))
  if (without === undefined || !calls.some(({ fields }) => isReadOfKey(fields))) return without === undefined
  throw new WrongFile("a call without a key in its value, in a file of [key, value]", without.line)
}

/** A call that reads `[key, nothing]`: only such recordings have one. */
function isReadOfKey(fields: Fields): boolean {
  const { value } = fields
  return readWord(fields, "f") === "read" && hasKeyInValue(fields) && isList(value) && value[1] === null
}

function hasKeyInValue(fields: Fields): boolean {
  const { key, value } = fields
  if (key !== undefined || !isList(value) || value.length !== 2 || isList(value[0])) return false
  return readWord(fields, "f") !== "cas" || isList(value[1])
}

class Pairing {
  readonly #hasKeysInValues: boolean
  readonly #invoked = new Map<string, Invoked>()
  /** Processes whose last call could not be read: its end is ignored. */
  readonly #lost = new Set<string>()
  readonly #operations: RecordedOperation[] = []
  readonly #system: SystemEvent[] = []
  readonly #problems: HistoryProblem[] = []

  constructor(keysInValues: boolean) {
    this.#hasKeysInValues = keysInValues
  }

  take(fields: Fields, line: number, time: number): void {
    try {
      this.#take(fields, line, time)
    } catch (error) {
      if (!(error instanceof WrongLine)) throw error
      this.#problems.push({ line, message: error.message })
    }
  }

  #take(fields: Fields, line: number, time: number): void {
    const f = readWord(fields, "f")
    if (isOfSystem(fields)) {
      this.#system.push({ line: time, f: f ?? "", value: fields["value"] ?? null })
      return
    }
    const process = readClient(fields, "process")
    const type = readWord(fields, "type")
    const invoked = this.#invoked.get(process)
    if (type === "invoke") {
      if (invoked !== undefined) throw new WrongLine(`process ${process} invokes while it has an operation in flight`)
      this.#lost.add(process)
      if (f === undefined) throw wrong("f", fields["f"], "the name of an operation")
      const unpacked = this.#unpacked(fields)
      if (f === "cas") splitCas(unpacked)
      this.#invoked.set(process, { line, call: time, fields: unpacked, f })
      this.#lost.delete(process)
      return
    }
    if (type !== "ok" && type !== "fail" && type !== "info") {
      throw wrong("type", fields["type"], "invoke, ok, fail or info")
    }
    if (this.#lost.delete(process)) return
    if (invoked === undefined) {
      // A process may report an event of its own without having called anything.
      if (type === "info") return void this.#system.push({ line: time, f: f ?? "", value: fields["value"] ?? null })
      throw new WrongLine(`process ${process} has no operation in flight`)
    }
    if (f !== undefined && f !== invoked.f)
      throw new WrongLine(`process ${process} ends a ${f}, but called a ${invoked.f}`)
    const unpacked = this.#unpacked(fields, invoked)
    if (type === "ok") refuseOtherKey(unpacked, invoked)
    this.#invoked.delete(process)
    const fate = type === "ok" ? "ok" : type === "fail" ? "failed" : "unknown"
    this.#operations.push(this.#operation(process, invoked, { fate, fields: unpacked, time }))
  }

  /** All operations; those that never ended are of unknown outcome. */
  finish(): Paired {
    for (const [process, invoked] of this.#invoked) this.#operations.push(this.#operation(process, invoked, undefined))
    return { operations: this.#operations, system: this.#system, problems: this.#problems }
  }

  #operation(
    client: string,
    { line, call, fields, f }: Invoked,
    end: { readonly fate: RecordedOperation["fate"]; readonly fields: Fields; readonly time: number } | undefined,
  ): RecordedOperation {
    const { key, value } = fields
    const [expected, written] = f === "cas" ? splitCas(fields) : [undefined, value]
    const fate = end?.fate ?? "unknown"
    const result = fate === "ok" ? (end?.fields["value"] ?? null) : undefined
    const error = end?.fields["error"]
    const done = fate === "ok" ? true : undefined
    const form = "events"
    return { line, client, form, f, key, value: written, expected, result, done, fate, error, call, return: end?.time }
  }

  /** An event with its key moved out of its value, if that is where it is. */
  #unpacked(fields: Fields, invoked?: Invoked): Fields {
    if (!this.#hasKeysInValues) return fields
    const { value } = fields
    if (!isList(value) || value.length !== 2) return fields
    const [key, rest]: readonly Datum[] = value
    // An operation that did not succeed may carry a reason in place of its value.
    const mayLackKey = readWord(fields, "type") !== "ok"
    if (mayLackKey && invoked !== undefined && jsonOf(invoked.fields["key"] ?? null) !== jsonOf(key!)) return fields
    return { ...fields, key: key!, value: rest! }
  }
}

/** Refuses an answer about another key than the call's: which is right is unknown. */
function refuseOtherKey({ key }: Fields, { fields, f }: Invoked): void {
  if (key === undefined || key === null || jsonOf(key) === jsonOf(fields["key"] ?? null)) return
  throw new WrongLine(`${f} ends with the key ${quote(key)}, but was called with ${quote(fields["key"] ?? null)}`)
}

/** The expectation of a compare-and-set, and the value that it writes. */
function splitCas({ value }: Fields): readonly [Datum, Datum] {
  if (!isList(value) || value.length !== 2) throw wrong("value", value, "[expected, new]")
  return [value[0]!, value[1]!]
}
