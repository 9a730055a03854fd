/** Reads a recording: recognizes its format, and converts it to operations and events of the system. */
import { type Datum, Digits, type Fields, isFields, WrongFile, WrongLine } from "./datum.ts"
import { EdnError, parseEdn } from "./edn.ts"
import { elementsOf, linesOf, parseJson, type Piece } from "./json.ts"
import { hasLoggerWords, isLogLine, parseLogLine } from "./log.ts"
import { FIELDS, readOperation } from "./operation-lines.ts"
import { type EventLine, type Paired, pairEvents } from "./pairing.ts"
import type { RecordingText } from "./text.ts"
import { type HistoryProblem, readWord, type RecordedOperation, type SystemEvent } from "./recorded.ts"

export const FORMATS = ["json", "edn", "log"] as const

/** `json`: lines or an array of operations or events; `edn`: maps of events; `log`: as Jepsen prints events. */
export type Format = (typeof FORMATS)[number]

export interface RawRecording {
  readonly format: Format
  /** Read anew at each iteration where possible: a million of them take more memory than the file. */
  readonly operations: Iterable<RecordedOperation>
  /** The number of operations. */
  readonly recorded: number
  /** The functions of operations. */
  readonly functions: ReadonlySet<string>
  /** The names of the clients that call them. */
  readonly clients: ReadonlySet<string>
  /** True if a JavaScript number would round one of their times. */
  readonly areTimesLong: boolean
  readonly system: readonly SystemEvent[]
  /** True if a read of nil may have read anything: in EDN and `history.txt`, as in Knossos. */
  readonly nilIsAny: boolean
  /**
   * True if it looks like a recording of a store whose keys hold the empty string at first: get, put and append of
   * strings.
   */
  readonly isOfTexts: boolean
  /** The names of fields that operations have besides their own. */
  readonly passedOver: readonly string[]
}

/**
 * @param text the whole file; any line endings
 * @param format recognized if not given
 */
export function readRecording(
  text: RecordingText,
  format?: Format,
): RawRecording | { readonly problems: HistoryProblem[] } {
  const known = format ?? recognizeFormat(text.start)
  const problems: HistoryProblem[] = []
  try {
    const read = known === "json" ? readJson(text, problems) : readEvents(text, known, problems)
    if (problems.length > 0) return { problems }
    const isOfKnossos = known === "edn" || (known === "log" && !hasLoggerWords(firstLine(text)))
    return {
      format: known,
      ...read,
      nilIsAny: isOfKnossos,
      isOfTexts: known === "edn" && isOfTexts([...read.operations]),
      passedOver: [...read.passedOver].toSorted(),
    }
  } catch (error) {
    if (error instanceof EdnError || error instanceof WrongFile) {
      return { problems: [{ line: error.line ?? 1, message: error.message }] }
    }
    throw error
  }
}

/** Recognizes the format of a file by its first line that is not empty. */
export function recognizeFormat(text: string): Format {
  const start = /^\s*[[(]?\s*(\S{1,2})/.exec(text)?.[1] ?? ""
  if (start.startsWith('{"') || start === "{" || start === "{}") return /^\s*[[(]?\s*\{\s*:/.test(text) ? "edn" : "json"
  if (start.startsWith("{:") || start.startsWith(";") || start.startsWith("#")) return "edn"
  for (const { line, text: content } of linesOf(text.slice(0, 20_000))) {
    if (isLogLine(content) || hasLoggerWords(content)) return "log"
    if (line > 100) break
  }
  return "json"
}

function firstLine(text: RecordingText): string {
  for (const { text: line } of text.lines()) if (isLogLine(line) || hasLoggerWords(line)) return line
  return ""
}

interface Read extends Omit<RawRecording, "format" | "nilIsAny" | "isOfTexts" | "passedOver"> {
  readonly passedOver: Iterable<string>
}

/** Reads lines or an array of JSON objects, either all operations or all events. */
function readJson(text: RecordingText, problems: HistoryProblem[]): Read {
  const { start } = text
  const isArray = /^\s*\[\s*[{\]]/.test(start) && !/^\s*\[\s*\]\s*\S/.test(start)
  const pieces = (): Iterable<Piece> => (isArray ? elementsOf(text.whole()) : text.lines())
  const events: EventLine[] = []
  const [functions, clients, passedOver] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let [recorded, areTimesLong] = [0, false]
  let form: "operations" | "events" | undefined
  for (const piece of pieces()) {
    attempt(piece, problems, () => {
      const fields = readFields(piece)
      const formHere = "type" in fields ? "events" : "operations"
      form ??= formHere
      if (form !== formHere) throw new WrongLine(`a line of ${formHere} in a file of ${form}`)
      if (form === "events") return void events.push({ line: piece.line, fields })
      const operation = readOperation(fields, piece.line)
      recorded++
      functions.add(operation.f)
      clients.add(operation.client)
      areTimesLong ||= operation.call instanceof Digits || operation.return instanceof Digits
      for (const name in fields) if (!FIELDS.has(name)) passedOver.add(name)
    })
  }
  if (form === "events") return pair(events, problems)
  return { operations: operationsOf(pieces), recorded, functions, clients, areTimesLong, system: [], passedOver }
}

/** The operations of a file that has been read without a problem. */
function operationsOf(pieces: () => Iterable<Piece>): Iterable<RecordedOperation> {
  return {
    *[Symbol.iterator]() {
      for (const piece of pieces()) yield readOperation(readFields(piece), piece.line)
    },
  }
}

function readFields({ text }: Piece): Fields {
  const value = parseJson(text)
  if (!isFields(value)) throw new WrongLine("not a JSON object")
  return value
}

/** Reads maps of EDN or lines of a log; both hold events. */
function readEvents(text: RecordingText, format: "edn" | "log", problems: HistoryProblem[]): Read {
  const events: EventLine[] = []
  if (format === "log") {
    const isOfRun = hasLoggerWords(firstLine(text))
    for (const piece of text.lines()) {
      attempt(piece, problems, () => {
        const fields = parseLogLine(piece.text, isOfRun)
        if (fields !== undefined) events.push({ line: piece.line, fields })
      })
    }
  } else {
    for (const { line, value } of parseEdn(text.whole())) {
      attempt({ line }, problems, () => events.push({ line, fields: eventOf(value) }))
    }
  }
  return pair(events, problems)
}

function eventOf(value: Datum): Fields {
  if (!isFields(value)) throw new WrongLine("not a map")
  if (readWord(value, "type") === undefined) throw new WrongLine("a map without :type is no event")
  return value
}

const NOTHING_PAIRED: Paired = { operations: [], system: [], problems: [] }

function pair(events: readonly EventLine[], problems: HistoryProblem[]): Read {
  const { operations, system, problems: found } = problems.length > 0 ? NOTHING_PAIRED : pairEvents(events)
  problems.push(...found)
  return {
    operations,
    recorded: operations.length,
    functions: new Set(operations.map(({ f }) => f)),
    clients: new Set(operations.map(({ client }) => client)),
    areTimesLong: false,
    system,
    passedOver: [],
  }
}

function attempt({ line }: { readonly line: number }, problems: HistoryProblem[], read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof WrongLine) || error instanceof WrongFile) throw error
    problems.push({ line, message: error.message })
  }
}

/** True if strings are appended to named keys, as in the key-value tests of Porcupine. */
function isOfTexts(operations: readonly RecordedOperation[]): boolean {
  return (
    operations.some(({ f }) => f === "append") &&
    operations.every(({ f, key, value, result }) => {
      const isText = f === "get" ? result === undefined || typeof result === "string" : typeof value === "string"
      return key !== undefined && isText && (f === "get" || f === "put" || f === "append")
    })
  )
}
