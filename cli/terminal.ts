/** Where a command writes: results to `out`, everything about the work itself (progress, problems) to `err`. */

/** One output stream, as commands see it. */
export interface Output {
  write(text: string): void
  /** Whether a person watches, so that lines may be redrawn. */
  readonly isTerminal: boolean
  /** Width in characters. */
  readonly columns: number
}

export interface Terminal {
  readonly out: Output
  readonly err: Output
  /** Calls `stop` when the user presses Ctrl-C, until the function it returns is called; a second one kills. */
  onInterrupt(stop: () => void): () => void
}

const DEFAULT_COLUMNS = 100

/** The terminal this process runs in. */
export function processTerminal(): Terminal {
  return { out: outputOf(process.stdout), err: outputOf(process.stderr), onInterrupt }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // The reader of a pipe may leave early (`quorate algorithms | head`): that ends the command, quietly.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit()
    throw error
  })
  return {
    write: text => void stream.write(text),
    get isTerminal() {
      return stream.isTTY
    },
    get columns() {
      return widthOf(stream.columns)
    },
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
