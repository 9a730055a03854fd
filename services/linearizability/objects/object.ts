/** The objects as which recordings may be judged: each parses operations, and has a sequential specification. */
import type { Model } from "../model.ts"
import { type Datum, isList, quote, textOf, WrongFile, WrongLine, WrongOption } from "../recordings/datum.ts"
import { parseJson } from "../recordings/json.ts"
import { isTransaction, type RecordedOperation, wrong } from "../recordings/recorded.ts"

/** The interpretation of what a recording leaves open. */
export interface Meaning {
  /** The value that every key holds at first; `null`: nothing. */
  readonly initial: string | null
  /** The value that stands for nothing: the result of reading a key that holds nothing. `null`: `null` itself does. */
  readonly missing: string | null
  /** True if a read of nil may have read anything, as in Knossos' models. */
  readonly nilIsAny: boolean
  /** True if a compare-and-set that failed was refused; `undefined`: if its reason says so. */
  readonly failedCasIsRefused: boolean | undefined
}

export interface Operation<Input, Output> {
  readonly input: Input
  readonly output: Output | undefined
}

export interface RecordedObject<State, Input, Output> {
  readonly name: string
  /** The functions that its operations may have. */
  readonly functions: readonly string[]
  /** The values that an answer reveals. Only for objects that may hold a value at first. */
  readonly observed?: (input: Input, output: Output) => readonly (string | null)[]
  /** @throws WrongOption if it has no such state to begin with */
  model(meaning: Meaning): Model<State, Input, Output>
  /**
   * An operation of the recording.
   *
   * @returns `undefined` if it surely did not happen
   * @throws WrongLine
   */
  read(operation: RecordedOperation, meaning: Meaning): Operation<Input, Output> | undefined
}

/** The part that an operation concerns: its key, or `name` if it has none. */
export function partOf(key: Datum | undefined, name: string): string {
  return key === undefined ? name : (textOf(key) ?? "null")
}

/** The text of a required value. */
export function valueOf(value: Datum | undefined, name: string): string {
  const text = value === undefined ? null : textOf(value)
  if (text === null) throw wrong(name, value, "a value that is not null")
  return text
}

/** Refuses an answer that names another value than the call: which is right is unknown. @throws WrongLine */
export function refuseOtherValue(called: string, { f, form, result }: RecordedOperation): void {
  if (form !== "events" || result === undefined || result === null || textOf(result) === called) return
  throw new WrongLine(`${f} ends with ${quote(result)}, but was called with ${quote(called)}`)
}

/** Refuses operations on several keys at once. @throws WrongFile */
export function refuseTransactions({ f, value, line }: RecordedOperation): void {
  if (f !== "txn" && !isTransaction(value)) return
  const isOfRegisters =
    isTransaction(value) && value.every(([micro]) => /^:?(r|w|read|write)$/.test(textOf(micro ?? null) ?? ""))
  const way = isOfRegisters ? "; --model multi-register takes several registers as one object" : ""
  throw new WrongFile(
    `a transaction, on several keys in one operation: check-history judges operations on one${way}`,
    line,
  )
}

/** A function's canonical name. @throws WrongLine if the object has no such operation */
export function functionOf<Name extends string>(
  { f, form }: RecordedOperation,
  names: ReadonlyMap<string, Name>,
): Name {
  const name = names.get(f)
  if (name === undefined) throw wrong(form === "events" ? "f" : "op", f, [...names.keys()].join(", "))
  return name
}

/** The elements that an object holds at first, from a list. @throws WrongOption */
export function initialElements({ initial }: Meaning): readonly string[] {
  if (initial === null) return []
  try {
    const list = parseJson(initial)
    if (isList(list)) return list.map(element => valueOf(element, "initial"))
  } catch (error) {
    if (!(error instanceof WrongLine)) throw error
  }
  throw new WrongOption(`--initial: expected a list of elements, such as [1,2], found ${JSON.stringify(initial)}`)
}

/** Refuses the option for a missing value, for objects to which it does not apply. @throws WrongOption */
export function refuseMissing({ missing }: Meaning, name: string): void {
  if (missing !== null) throw new WrongOption(`--missing: a ${name} has no keys that hold nothing`)
}

/** The elements of a list, as texts in order. */
export function elementsOf(value: Datum | undefined, name: string): string[] {
  if (!isList(value)) throw wrong(name, value, "a list")
  return value.map(element => valueOf(element, name)).toSorted()
}
