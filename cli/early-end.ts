/** The end of a process before its command is done, for which a module from outside is to blame. */
import { EXIT } from "./exit-codes.ts"

/** Keeps a command from looking successful if a module from outside ends the process, or never settles. */
export function refuseEarlyEnd(): void {
  process.stderr.write("quorate: ended early: a module ends the process, or waits forever\n")
  process.exitCode = EXIT.algorithmFailed
}

/** Ends the process. @param reason a line, printed */
export function endEarly(reason: string): never {
  process.stderr.write(`quorate: ${reason}\n`)
  process.off("exit", refuseEarlyEnd)
  process.exit(EXIT.algorithmFailed)
}
