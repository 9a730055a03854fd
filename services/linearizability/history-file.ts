/**
 * Reads a recording as a history that can be judged: determines its object, and settles what the recording leaves open.
 * The formats and models are described in docs/history-format.md.
 */
import type { History, HistoryOperation, Model } from "./model.ts"
import type { Meaning, RecordedObject } from "./objects/object.ts"
import { type ModelName, recognizeModel, withObject } from "./objects/registry.ts"
import { type Datum, type Digits, isList, textOf, WrongFile, WrongLine } from "./recordings/datum.ts"
import { parseJson } from "./recordings/json.ts"
import { type Format, type RawRecording, readRecording } from "./recordings/read.ts"
import type { HistoryProblem, RecordedOperation, SystemEvent } from "./recordings/recorded.ts"
import { type RecordingText, wholeText } from "./recordings/text.ts"
import { type Clock, clockOf, PLAIN_CLOCK } from "./recordings/times.ts"

/** Interpretations of what a recording leaves open; `undefined`: the usual one of its format. */
export interface ReadingOptions {
  readonly format?: Format | undefined
  readonly model?: ModelName | undefined
  /** The value that every key holds at first, as {@link optionValue} reads it. */
  readonly initial?: string | undefined
  /** The value that a read returns for a key that holds nothing, as {@link optionValue} reads it. */
  readonly missing?: string | undefined
  readonly nil?: "any" | "nothing" | undefined
  readonly failedCas?: "refused" | "never" | undefined
}

/** A recording as a history of an object. */
export interface Recording<State, Input, Output> {
  readonly object: RecordedObject<State, Input, Output>
  readonly meaning: Meaning
  readonly model: Model<State, Input, Output>
  readonly history: History<Input, Output>
  /** The number of operations recorded, including those that surely did not happen. */
  readonly recorded: number
  readonly system: readonly SystemEvent[]
  clientOf(operation: HistoryOperation<Input, Output>): string
  formatTime(time: number): string
  /** Assumptions that may matter, in words. */
  readonly assumptions: readonly string[]
  /** The names of fields that are ignored in lines of operations. */
  readonly passedOver: readonly string[]
}

/** Passes a recording to a callback, and returns its result. */
export type Opened = <T>(use: <S, I, O>(recording: Recording<S, I, O>) => T) => T

/**
 * Opens a recording. The result does not retain the text, which may take as much memory.
 *
 * @returns the problems instead, if the text cannot be read
 * @throws WrongOption if an option does not apply to the object
 */
export function openRecording(
  text: string | RecordingText,
  options: ReadingOptions,
): Opened | { readonly problems: readonly HistoryProblem[] } {
  const raw = readRecording(typeof text === "string" ? wholeText(text) : text, options.format)
  if ("problems" in raw) return raw
  return withObject(options.model ?? recognizeModel(raw.functions), object => {
    const recording = recordingOf(raw, object, options)
    return "problems" in recording ? recording : opened(recording)
  })
}

/** A function of its own, so that the closure it returns retains only the recording. */
function opened<State, Input, Output>(recording: Recording<State, Input, Output>): Opened {
  return use => use(recording)
}

/**
 * Opens a recording and uses it at once.
 *
 * @param use called with the recording; its result is returned
 * @throws WrongOption if an option does not apply to the object
 */
export function withRecording<T>(
  text: string | RecordingText,
  options: ReadingOptions,
  use: <S, I, O>(recording: Recording<S, I, O>) => T,
): T | { readonly problems: readonly HistoryProblem[] } {
  const recording = openRecording(text, options)
  return "problems" in recording ? recording : recording(use)
}

function recordingOf<State, Input, Output>(
  raw: RawRecording,
  object: RecordedObject<State, Input, Output>,
  options: ReadingOptions,
): Recording<State, Input, Output> | { readonly problems: readonly HistoryProblem[] } {
  const meaning = meaningOf(raw, options)
  const assumptions = assumptionsOf(raw, meaning, options)
  const clients = clientsOf([...raw.clients])
  const clock = raw.areTimesLong ? clockOf([...raw.operations].flatMap(timesOf)) : PLAIN_CLOCK
  const history = readHistory(raw.operations, object, meaning, clients, clock)
  if ("problems" in history) return history
  const model = object.model(meaning)
  return {
    object,
    meaning,
    model,
    history: inOrder(history, (input, output) => model.describe(input, output)),
    recorded: raw.recorded,
    system: raw.system,
    clientOf: ({ client }) => clients.names[client] ?? String(client),
    formatTime: time => clock.format(time),
    assumptions,
    passedOver: raw.passedOver,
  }
}

/** Gives each operation a meaning. */
function readHistory<State, Input, Output>(
  operations: Iterable<RecordedOperation>,
  object: RecordedObject<State, Input, Output>,
  meaning: Meaning,
  clients: Clients,
  clock: Clock,
): HistoryOperation<Input, Output>[] | { readonly problems: readonly HistoryProblem[] } {
  const problems: HistoryProblem[] = []
  const history: HistoryOperation<Input, Output>[] = []
  for (const operation of operations) {
    const { line, call, return: end } = operation
    try {
      const meant = object.read(operation, meaning)
      if (meant === undefined) continue
      const { input, output } = meant
      const isKnown = output !== undefined && end !== undefined
      const client = clients.numberOf(operation.client)
      history.push({ client, input, output, call: clock.at(call), return: isKnown ? clock.at(end) : Infinity })
    } catch (error) {
      if (error instanceof WrongFile) return { problems: [{ line: error.line ?? line, message: error.message }] }
      if (!(error instanceof WrongLine)) throw error
      problems.push({ line, message: error.message })
    }
  }
  return problems.length > 0 ? { problems: problems.toSorted((a, b) => a.line - b.line) } : history
}

function timesOf({ call, return: end }: RecordedOperation): (number | Digits)[] {
  return end === undefined ? [call] : [call, end]
}

interface Clients {
  /** The names by number; empty if the recording has numbers for names. */
  readonly names: readonly string[]
  numberOf(name: string): number
}

/**
 * Clients by number: their own, or the place of their names in order, so that nothing depends on the order of lines.
 */
function clientsOf(names: readonly string[]): Clients {
  const isNumber = (name: string): boolean => Number.isSafeInteger(Number(name)) && String(Number(name)) === name
  if (names.every(isNumber)) return { names: [], numberOf: Number }
  const sorted = names.toSorted()
  const numbers = new Map(sorted.map((name, number) => [name, number]))
  return { names: sorted, numberOf: name => numbers.get(name)! }
}

/** Sorts a history into an order that does not depend on that of the lines. */
function inOrder<Input, Output>(
  history: HistoryOperation<Input, Output>[],
  describe: Describe<Input, Output>,
): HistoryOperation<Input, Output>[] {
  // oxlint-disable-next-line unicorn/no-array-sort -- nobody else has it yet, and a copy takes room
  return history.sort(
    (a, b) => a.call - b.call || Math.sign(a.return - b.return) || a.client - b.client || byWords(describe, a, b),
  )
}

type Describe<Input, Output> = (input: Input, output: Output | undefined) => string

function byWords<Input, Output>(
  describe: Describe<Input, Output>,
  a: HistoryOperation<Input, Output>,
  b: HistoryOperation<Input, Output>,
): number {
  const [left, right] = [describe(a.input, a.output), describe(b.input, b.output)]
  return left === right ? 0 : left < right ? -1 : 1
}

function meaningOf(raw: RawRecording, { initial, missing, nil, failedCas }: ReadingOptions): Meaning {
  return {
    initial: initial === undefined ? null : optionValue(initial),
    missing: missing !== undefined ? optionValue(missing) : raw.isOfTexts && initial === undefined ? "" : null,
    nilIsAny: nil === undefined ? raw.nilIsAny : nil === "any",
    failedCasIsRefused: failedCas === undefined ? undefined : failedCas === "refused",
  }
}

/** The value that an option names: parsed as JSON if it is valid JSON, otherwise a string. */
export function optionValue(written: string): string | null {
  try {
    return textOf(parseJson(written))
  } catch (error) {
    if (error instanceof WrongLine) return written
    throw error
  }
}

function assumptionsOf({ operations, isOfTexts }: RawRecording, meaning: Meaning, options: ReadingOptions): string[] {
  const assumptions: string[] = []
  if (isOfTexts && meaning.missing === "" && options.missing === undefined) {
    assumptions.push('every key is taken to hold "" at first, as in Porcupine\'s recordings (--initial says otherwise)')
  }
  if (!meaning.nilIsAny || options.nil !== undefined) return assumptions
  const readsOfNil = [...operations].filter(({ fate, result, f }) => fate === "ok" && isReadOfNil(f, result)).length
  if (readsOfNil > 0) {
    const reads = readsOfNil === 1 ? "1 read of nil is" : `${readsOfNil} reads of nil are`
    assumptions.push(`${reads} assumed to have read any value, as in Knossos (--nil nothing: the absent value)`)
  }
  return assumptions
}

function isReadOfNil(f: string, result: Datum | undefined): boolean {
  if (f !== "read" && f !== "get" && f !== "txn") return false
  return result === null || (isList(result) && result.some(micro => isList(micro) && micro[2] === null))
}
