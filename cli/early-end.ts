/** The end of a process before its command is done, for which a module from outside is to blame. */
import { writeSync } from "node:fs"
import { EXIT } from "./exit-codes.ts"

/** Keeps a command from looking successful if a module from outside ends the process, or never settles. */
export function refuseEarlyEnd(): void {
  process.stderr.write("quorate: ended early: a module ends the process, or waits forever\n")
  process.exitCode = EXIT.algorithmFailed
}

/** Ends the process. @param reason a line, printed */
export function endEarly(reason: string): never {
  // Not by the stream: that schedules, which an algorithm under check may not do, and its handler may never have returned.
  writeSync(process.stderr.fd, `quorate: ${reason}\n`)
  process.off("exit", refuseEarlyEnd)
  process.exit(EXIT.algorithmFailed)
}
