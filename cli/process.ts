/** A process of its own for the command line: its terminal, its exit code, and what modules from outside may do to it. */
import { runCli } from "./cli.ts"
import { EXIT } from "./exit-codes.ts"
import { shortened, showControls, showError } from "../runtime/lib/show.ts"
import { processTerminal } from "./terminal/terminal.ts"

/** Runs the command line that this process was started with, and ends the process. */
export async function runProcess(): Promise<never> {
  hideSqliteWarning()
  const terminal = processTerminal()
  process.once("exit", refuseEarlyEnd)
  process.once("uncaughtException", endEarly)
  const code = await runCli(process.argv.slice(2), terminal)
  process.off("exit", refuseEarlyEnd)
  const lost = await terminal.finish()
  // Modules from outside may have left timers or sockets behind; nothing waits for them.
  process.exit(lost === undefined ? code : concludeLost(code, lost))
}

/** A module from outside that ends the process, or that it waits for in vain, makes no command look done. */
function refuseEarlyEnd(): void {
  process.stderr.write("quorate: ended before it was done: a module ends the process, or waits for ever\n")
  process.exitCode = EXIT.algorithmFailed
}

/** Nobody waits for what a timer of a module from outside does after it was loaded. */
function endEarly(error: unknown): void {
  const place = error instanceof Error ? /^\s+(at .*)$/m.exec(error.stack ?? "")?.[1] : undefined
  const found = shortened(`${showError(error)}${place === undefined ? "" : ` (${place})`}`)
  process.stderr.write(`quorate: ended before it was done, by an error that nobody catches: ${showControls(found)}\n`)
  process.off("exit", refuseEarlyEnd)
  process.exit(EXIT.algorithmFailed)
}

/** The exit code of a command whose output could not be written: its own, if that says that something is wrong. */
function concludeLost(code: number, { code: reason, message }: NodeJS.ErrnoException): number {
  // A reader that leaves early (`quorate algorithms | head`) has what it wanted.
  if (reason !== "EPIPE") process.stderr.write(`quorate: the output could not be written: ${message}\n`)
  return code === EXIT.ok ? EXIT.outputLost : code
}

/** Node.js 22 warns that its SQLite is experimental; it does what is asked of it here, and users can do nothing about it. */
function hideSqliteWarning(): void {
  const listeners = process.listeners("warning")
  process.removeAllListeners("warning")
  process.on("warning", warning => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite")) return
    for (const listener of listeners) listener(warning)
  })
}
