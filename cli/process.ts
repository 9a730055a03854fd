/** The process of a command line: its terminal, its exit code, and protection from modules from outside. */
import { runCli } from "./cli.ts"
import { endEarly, refuseEarlyEnd } from "./early-end.ts"
import { EXIT } from "./exit-codes.ts"
import { shortened, showControls, showError } from "../runtime/lib/show.ts"
import { processTerminal } from "./terminal/terminal.ts"

/** Runs the command line that this process was started with, and ends the process. */
export async function runProcess(): Promise<never> {
  hideSqliteWarning()
  const terminal = processTerminal()
  process.once("exit", refuseEarlyEnd)
  process.once("uncaughtException", endByError)
  const code = await runCli(process.argv.slice(2), terminal)
  process.off("exit", refuseEarlyEnd)
  const lost = await terminal.finish()
  // Modules from outside may have left timers or sockets open; they are not waited for.
  process.exit(lost === undefined ? code : concludeLost(code, lost))
}

/** Ends the process after an uncaught error, for example in a timer of a module from outside. */
function endByError(error: unknown): void {
  const place = error instanceof Error ? /^\s+(at .*)$/m.exec(error.stack ?? "")?.[1] : undefined
  const found = shortened(`${showError(error)}${place === undefined ? "" : ` (${place})`}`)
  endEarly(`ended early by an uncaught error: ${showControls(found)}`)
}

/** The exit code of a command whose output could not be written: its own, if that is an error. */
function concludeLost(code: number, { code: reason, message }: NodeJS.ErrnoException): number {
  // A reader that closes early (`quorate algorithms | head`) has what it wanted.
  if (reason !== "EPIPE") process.stderr.write(`quorate: the output could not be written: ${message}\n`)
  return code === EXIT.ok ? EXIT.outputLost : code
}

/** Node.js 22 warns that its SQLite is experimental; it works for our use, and users cannot change it. */
function hideSqliteWarning(): void {
  const listeners = process.listeners("warning")
  process.removeAllListeners("warning")
  process.on("warning", warning => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite")) return
    for (const listener of listeners) listener(warning)
  })
}
