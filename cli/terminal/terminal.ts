/** The streams that a command writes: results to `out`, everything about the work itself (progress, problems) to `err`. */
import { printable } from "./printable.ts"

/** One output stream, as commands see it. */
export interface Output {
  /** Writes a text; control characters in it are shown and not obeyed. */
  write(text: string): void
  /** Writes a line over the one that was drawn last; an empty one clears it. */
  redraw(line: string): void
  /** True if a person watches, so that lines may be redrawn. */
  readonly isTerminal: boolean
  /** Width in characters. */
  readonly columns: number
  /** True once nothing more arrives: the reader has left, or the disk is full. What is written then is dropped. */
  readonly isLost: boolean
}

export interface Terminal {
  readonly out: Output
  readonly err: Output
  /** Calls `stop` when the user presses Ctrl-C, until the returned function is called; a second Ctrl-C kills the process. */
  onInterrupt(stop: () => void): () => void
}

/** The terminal of a process, which checks at the end that all output has arrived. */
export interface ProcessTerminal extends Terminal {
  /** Waits until everything is written; resolves to the reason if output was lost, `undefined` if it arrived. */
  finish(): Promise<NodeJS.ErrnoException | undefined>
}

/** The device behind an {@link Output}. */
interface Sink extends Pick<Output, "isTerminal" | "columns"> {
  readonly isLost?: boolean
  write(text: string): void
}

const DEFAULT_COLUMNS = 100

/** Returns the cursor to the start of the line and clears it. */
const CLEAR_LINE = "\r\u001B[2K"

/** The terminal this process runs in. */
export function processTerminal(): ProcessTerminal {
  const [out, err] = [new StreamSink(process.stdout), new StreamSink(process.stderr)]
  const finish = async () => {
    await Promise.all([out.drain(), err.drain()])
    return out.failure
  }
  return { out: outputTo(out), err: outputTo(err), onInterrupt, finish }
}

/** An output that shows control characters instead of obeying them. */
export function outputTo(sink: Sink): Output {
  return {
    write: text => sink.write(printable(text)),
    redraw: line => sink.write(CLEAR_LINE + printable(line)),
    get isTerminal() {
      return sink.isTerminal
    },
    get columns() {
      return sink.columns
    },
    get isLost() {
      return sink.isLost ?? false
    },
  }
}

/** A stream of the process. If writing fails, the rest is dropped and the work continues. */
class StreamSink implements Sink {
  readonly #stream: NodeJS.WriteStream
  #failure: NodeJS.ErrnoException | undefined

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#failure ??= error
    })
  }

  get failure(): NodeJS.ErrnoException | undefined {
    // If a write fails at once, `errored` is set before the stream emits the error.
    return this.#failure ?? this.#stream.errored ?? undefined
  }

  get isLost(): boolean {
    return this.failure !== undefined
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY
  }

  get columns(): number {
    return widthOf(this.#stream.columns)
  }

  write(text: string): void {
    if (!this.isLost) this.#stream.write(text)
  }

  /** Waits until everything is written, or lost. */
  drain(): Promise<void> {
    if (this.isLost) return Promise.resolve()
    return new Promise(resolve => {
      this.#stream.once("error", () => resolve())
      this.#stream.write("", () => resolve())
    })
  }
}

/** The width to write for: a terminal that was given no size (`docker run -t`, some CI) says 0. */
export function widthOf(columns: number | undefined): number {
  return columns === undefined || columns <= 0 ? DEFAULT_COLUMNS : columns
}

function onInterrupt(stop: () => void): () => void {
  const ignore = () => {
    process.off("SIGINT", interrupt)
    process.off("SIGTERM", interrupt)
  }
  const interrupt = () => {
    ignore()
    stop()
  }
  process.on("SIGINT", interrupt)
  process.on("SIGTERM", interrupt)
  return ignore
}
