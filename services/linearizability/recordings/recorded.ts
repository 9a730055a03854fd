/** Operations as recorded, before a model gives them a meaning. */
import { type Datum, Digits, type Fields, isList, quote, WrongLine } from "./datum.ts"

/** One operation, from its call to its end. */
export interface RecordedOperation {
  /** The line of its call, counted from 1. */
  readonly line: number
  readonly client: string
  /** The form in which it was recorded: as a whole, or by the events of its call and its end. */
  readonly form: "operations" | "events"
  /** The function, as the recording calls it: `write`, `enqueue`. */
  readonly f: string
  /** `undefined` if the recording names no key. */
  readonly key: Datum | undefined
  /** The value to be written or added. */
  readonly value: Datum | undefined
  /** The value that a compare-and-set expects. */
  readonly expected: Datum | undefined
  /** The result in the answer; `undefined` if it had none. */
  readonly result: Datum | undefined
  /** True if it took effect; `undefined` if the answer does not tell. */
  readonly done: boolean | undefined
  readonly fate: "ok" | "failed" | "unknown"
  /** The reason of a failure or an unknown outcome, if recorded. */
  readonly error: Datum | undefined
  readonly call: number | Digits
  readonly return: number | Digits | undefined
}

/** An event of the system rather than of a client, such as a nemesis's action. */
export interface SystemEvent {
  /** Its time, as for all events: its line, or its place among all events if several share a line. */
  readonly line: number
  readonly f: string
  readonly value: Datum
}

/** A fault of one line, counted from 1. */
export interface HistoryProblem {
  readonly line: number
  readonly message: string
}

export function wrong(name: string, found: Datum | undefined, expected: string): WrongLine {
  const what = found === undefined ? "is missing" : `is ${quote(found)}`
  return new WrongLine(`"${name}" ${what}; expected: ${expected}`)
}

/** A client or process: an integer of any size, or a name. */
export function readClient(fields: Fields, name: string): string {
  const client = fields[name]
  if (client instanceof Digits && /^-?\d+$/.test(client.text)) return client.text
  if (typeof client === "number" && Number.isInteger(client)) return String(client)
  if (typeof client === "string" && client !== "") return client
  throw wrong(name, client, "an integer or a name")
}

/** A word: a keyword loses its colon. */
export function readWord(fields: Fields, name: string): string | undefined {
  const word = fields[name]
  return typeof word === "string" ? word.replace(/^:/, "") : undefined
}

/** Micro-operations of a transaction: `[[f, key, value], ...]`, each with a function that is a word. */
export function isTransaction(value: Datum | undefined): value is readonly (readonly Datum[])[] {
  const isMicro = (one: Datum): boolean =>
    isList(one) && (one.length === 3 || one.length === 2) && typeof one[0] === "string" && MICRO.test(one[0])
  return isList(value) && value.length > 0 && value.every(isMicro)
}

const MICRO = /^:?(r|w|read|write|append|get|put|cas|delete)$/
