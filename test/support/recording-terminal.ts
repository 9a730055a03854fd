/** A terminal for tests of the CLI: remembers what was written, and can press Ctrl-C. */
import { outputTo, type Terminal } from "../../cli/terminal/terminal.ts"

export interface RecordingTerminal extends Terminal {
  /** Everything written to each stream so far. */
  readonly written: { out: string; err: string }
  /** Presses Ctrl-C. */
  interrupt(): void
  /** Called after every write to the error stream. */
  onProgress: (text: string) => void
}

export function createTerminal({ isTerminal = false, columns = 100 } = {}): RecordingTerminal {
  const written = { out: "", err: "" }
  const stops = new Set<() => void>()
  const terminal: RecordingTerminal = {
    out: outputTo({
      write: text => {
        written.out += text
      },
      isTerminal,
      columns,
    }),
    err: outputTo({
      write: text => {
        written.err += text
        terminal.onProgress(text)
      },
      isTerminal,
      columns,
    }),
    onInterrupt(stop) {
      stops.add(stop)
      return () => stops.delete(stop)
    },
    written,
    interrupt: () => {
      for (const stop of stops) stop()
    },
    onProgress: () => {},
  }
  return terminal
}
