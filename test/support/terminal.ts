/**
 * Command lines in the process of a test: those of the built package, as it loads at once, and its worker threads, too. From
 * source, each test file would load the whole workbench anew, and each of its threads another time.
 */
import { BUILT_CLI } from "./built.ts"
import { createTerminal, type RecordingTerminal } from "./recording-terminal.ts"

export { createTerminal } from "./recording-terminal.ts"

/** What is used of `cli/cli.ts`; its own type would have the whole workbench checked with the tests of pages. */
export interface Cli {
  runCli(args: readonly string[], terminal: RecordingTerminal): Promise<number>
}

let loading: Promise<Cli> | undefined

/** Runs a command line, written as in a shell (without quotes); what it wrote, and its exit code. */
export async function quorate(line: string, terminal = createTerminal()) {
  loading ??= import(BUILT_CLI)
  return outcomeOf(await loading, line, terminal)
}

/** Runs a command line by a command line's function. */
export async function outcomeOf({ runCli }: Cli, line: string, terminal: RecordingTerminal) {
  const code = await runCli(
    line.split(" ").filter(word => word !== ""),
    terminal,
  )
  return { code, out: terminal.written.out, err: terminal.written.err }
}
