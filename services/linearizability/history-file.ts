/**
 * Reads histories of a key-value store from JSON lines, as `quorate check-history` takes them. Two forms, which may not
 * be mixed:
 *
 * An operation a line, with the times of its call and its answer in any unit:
 *
 *     {"client":0,"op":"put","key":"x","value":"1","call":10,"return":20}
 *     {"client":1,"op":"get","key":"x","result":"1","call":15,"return":30}
 *     {"client":2,"op":"cas","key":"x","expected":"1","value":"2","call":16,"return":40,"done":true}
 *     {"client":0,"op":"append","key":"x","value":"3","call":21,"outcome":"unknown"}
 *
 * `outcome` is `ok` (the default where there is a `return`), `failed` (it surely did not happen) or `unknown` (the
 * default otherwise). `result` is the value read by a get, or the one that a write replaced if that is known; `null`
 * stands for no value. Without a `key` all operations concern one register.
 *
 * An event a line, as Jepsen writes them, in the order in which they happened:
 *
 *     {"process":0,"type":"invoke","f":"write","key":"x","value":"1"}
 *     {"process":0,"type":"ok","f":"write","key":"x","value":"1"}
 *     {"process":1,"type":"invoke","f":"cas","key":"x","value":["1","2"]}
 *     {"process":1,"type":"info","f":"cas","key":"x","value":["1","2"]}
 *
 * The key may also stand in the value, as in Jepsen's independent histories and Maelstrom's: `"value":["x","1"]`. Events
 * of the nemesis are skipped. docs/history-format.md has it all.
 */
import type { KeyValueAnswer, KeyValueOperation } from "./key-value.ts"
import type { HistoryOperation } from "./model.ts"

export type KeyValueHistoryOperation = HistoryOperation<KeyValueOperation, KeyValueAnswer>

/** What is wrong with one line, counted from 1. */
export interface HistoryProblem {
  readonly line: number
  readonly message: string
}

export type ParsedHistory =
  | { readonly history: KeyValueHistoryOperation[] }
  | { readonly problems: readonly HistoryProblem[] }

type Fields = Readonly<Record<string, unknown>>

/** Raised while a line is read; caught here, and turned into a problem. */
class WrongLine extends Error {}

/** @param text the file's content; empty lines are skipped */
export function parseHistory(text: string): ParsedHistory {
  const problems: HistoryProblem[] = []
  const history: KeyValueHistoryOperation[] = []
  const events = new EventReader()
  let form: "operations" | "events" | undefined
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue
    try {
      const fields = readFields(line)
      const formHere = "type" in fields ? "events" : "operations"
      form ??= formHere
      if (form !== formHere) throw new WrongLine(`a line of ${formHere} in a file of ${form}`)
      const operation = form === "events" ? events.read(fields, index + 1) : readOperation(fields)
      if (operation !== undefined) history.push(operation)
    } catch (error) {
      if (!(error instanceof WrongLine)) throw error
      problems.push({ line: index + 1, message: error.message })
    }
  }
  return problems.length > 0 ? { problems } : { history: [...history, ...events.unfinished()] }
}

function readFields(line: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new WrongLine("not JSON")
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WrongLine("not a JSON object")
  return Object.fromEntries(Object.entries(value))
}

function readOperation(fields: Fields): KeyValueHistoryOperation | undefined {
  const outcome = readOutcome(fields)
  const input = readInput(fields, "op", fields["value"], fields["expected"])
  const call = readTime(fields, "call")
  const client = readClient(fields, "client")
  if (outcome === "failed") return undefined
  if (outcome === "unknown") return { client, input, output: undefined, call, return: Infinity }
  const end = readTime(fields, "return")
  if (end < call) throw new WrongLine(`"return" (${end}) is before "call" (${call})`)
  if (input.op === "get" && fields["result"] === undefined) throw new WrongLine('a get that is ok needs a "result"')
  return { client, input, output: readAnswer(fields), call, return: end }
}

function readAnswer(fields: Fields): KeyValueAnswer {
  const { done, result } = fields
  if (done !== undefined && typeof done !== "boolean") throw wrong("done", done, "true or false")
  return { done, value: result === undefined ? undefined : readValue(result, "result") }
}

const OUTCOMES = ["ok", "failed", "unknown"] as const

function readOutcome(fields: Fields): (typeof OUTCOMES)[number] {
  const outcome = fields["outcome"]
  if (outcome === undefined) return fields["return"] === undefined || fields["return"] === null ? "unknown" : "ok"
  const known = OUTCOMES.find(word => word === outcome)
  if (known === undefined) throw wrong("outcome", outcome, OUTCOMES.join(", "))
  return known
}

const OPERATIONS: Readonly<Record<string, KeyValueOperation["op"]>> = {
  put: "put",
  write: "put",
  get: "get",
  read: "get",
  cas: "cas",
  append: "append",
}

function readInput(fields: Fields, name: "op" | "f", value: unknown, expected: unknown): KeyValueOperation {
  const word = fields[name]
  const op = typeof word === "string" ? OPERATIONS[word] : undefined
  if (op === undefined) throw wrong(name, word, Object.keys(OPERATIONS).join(", "))
  const key = fields["key"] === undefined ? "register" : String(readValue(fields["key"], "key"))
  if (op === "get") return { op, key }
  const written = readValue(value, "value")
  if (written === null) throw wrong("value", value, "a string or a number")
  return op === "cas"
    ? { op, key, expected: readValue(expected, "expected"), value: written }
    : { op, key, value: written }
}

function readValue(found: unknown, name: string): string | null {
  if (found === null || typeof found === "string") return found
  if (typeof found === "number") return String(found)
  throw wrong(name, found, "a string, a number or null")
}

function readTime(fields: Fields, name: string): number {
  const time = fields[name]
  if (typeof time !== "number" || !Number.isFinite(time)) throw wrong(name, time, "a number")
  return time
}

function readClient(fields: Fields, name: string): number {
  const client = fields[name]
  if (typeof client !== "number" || !Number.isSafeInteger(client)) throw wrong(name, client, "an integer")
  return client
}

function wrong(name: string, found: unknown, expected: string): WrongLine {
  const what = found === undefined ? "is missing" : `is ${JSON.stringify(found)}`
  return new WrongLine(`"${name}" ${what}; expected: ${expected}`)
}

interface Invoked {
  readonly input: KeyValueOperation
  readonly call: number
}

/** Pairs the events of each process: an invocation, then how it ended. The number of its line is an event's time. */
class EventReader {
  readonly #invoked = new Map<number, Invoked>()

  read(fields: Fields, line: number): KeyValueHistoryOperation | undefined {
    if (isOfNemesis(fields)) return undefined
    const process = readClient(fields, "process")
    const type = fields["type"]
    const invoked = this.#invoked.get(process)
    if (type === "invoke") {
      if (invoked !== undefined) throw new WrongLine(`process ${process} invokes while it has an operation in flight`)
      this.#invoked.set(process, { input: eventInput(unpacked(fields)), call: line })
      return undefined
    }
    if (type !== "ok" && type !== "fail" && type !== "info") throw wrong("type", type, "invoke, ok, fail or info")
    if (invoked === undefined) throw new WrongLine(`process ${process} has no operation in flight`)
    this.#invoked.delete(process)
    if (type === "fail") return undefined
    const known = { client: process, input: invoked.input, call: invoked.call }
    if (type === "info") return { ...known, output: undefined, return: Infinity }
    const read = invoked.input.op === "get" ? readValue(unpacked(fields)["value"], "value") : undefined
    return { ...known, output: { done: true, value: read }, return: line }
  }

  /** Operations that never ended. */
  unfinished(): KeyValueHistoryOperation[] {
    return Array.from(this.#invoked, ([client, { input, call }]) => {
      return { client, input, output: undefined, call, return: Infinity }
    })
  }
}

/** What happened to the system, rather than what a client did. */
function isOfNemesis({ process }: Fields): boolean {
  return process === "nemesis"
}

/** An event with the key out of its value, where it stands there: `[key, value]`, and `[key, [expected, new]]`. */
function unpacked(fields: Fields): Fields {
  const { f, key, value } = fields
  if (key !== undefined || !Array.isArray(value) || value.length !== 2) return fields
  const [first, second]: unknown[] = value
  if (f === "cas" && !Array.isArray(second)) return fields
  return { ...fields, key: first, value: second }
}

function eventInput(fields: Fields): KeyValueOperation {
  const { f, value } = fields
  if (f !== "cas") return readInput(fields, "f", value, undefined)
  if (!Array.isArray(value) || value.length !== 2) throw wrong("value", value, "[expected, new]")
  const [expected, written]: unknown[] = value
  return readInput(fields, "f", written, expected)
}
