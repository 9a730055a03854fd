/** The text of a recording: whole, or line by line if it is too long for memory. */
import { linesOf, type Piece } from "./json.ts"

export interface RecordingText {
  /** Its beginning: enough to recognize its format. */
  readonly start: string
  whole(): string
  /** The lines that are not empty; each call starts from the first. */
  lines(): Iterable<Piece>
}

/** A text in memory, without its byte order mark. */
export function wholeText(text: string): RecordingText {
  const content = withoutMark(text)
  return { start: content, whole: () => content, lines: () => linesOf(content) }
}

export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text
}

/** The nonempty lines of a text that comes in blocks. */
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

/** The length of all complete lines: after a final carriage return, a line feed may still follow. */
function lengthOfLines(text: string): number {
  const sure = text.endsWith("\r") ? text.slice(0, -1) : text
  return 1 + Math.max(sure.lastIndexOf("\n"), sure.lastIndexOf("\r"))
}
