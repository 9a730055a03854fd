/** The text of a recording: whole, or line by line where it is too long to be held. */
import { linesOf, type Piece } from "./json.ts"

export interface RecordingText {
  /** Its beginning: enough to recognize what it is written in. */
  readonly start: string
  whole(): string
  /** The lines that are not empty, from the first one whenever they are asked for. */
  lines(): Iterable<Piece>
}

/** A text that is there already; a byte order mark is no part of it. */
export function wholeText(text: string): RecordingText {
  const content = withoutMark(text)
  return { start: content, whole: () => content, lines: () => linesOf(content) }
}

export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text
}

/** The lines, not empty, of a text that comes in blocks. */
export function* linesIn(blocks: Iterable<string>): Generator<Piece> {
  let [line, rest] = [1, ""]
  for (const block of blocks) {
    const text = rest + block
    const end = lengthOfLines(text)
    line = yield* linesOf(text.slice(0, end), line)
    rest = text.slice(end)
  }
  yield* linesOf(rest, line)
}

/** The length of all lines that are whole: a line feed may be yet to follow a carriage return at the end. */
function lengthOfLines(text: string): number {
  const sure = text.endsWith("\r") ? text.slice(0, -1) : text
  return 1 + Math.max(sure.lastIndexOf("\n"), sure.lastIndexOf("\r"))
}
