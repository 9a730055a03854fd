/** A terminal for tests of the CLI: remembers what was written, and can press Ctrl-C. */
import { runCli } from "../../cli/cli.ts"
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

/** Runs a command line, written as in a shell (without quotes); what it wrote, and its exit code. */
export async function quorate(line: string, terminal = createTerminal()) {
  const code = await runCli(
    line.split(" ").filter(word => word !== ""),
    terminal,
  )
  return { code, out: terminal.written.out, err: terminal.written.err }
}
