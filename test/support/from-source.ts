/** Command lines in the process of a test by the sources: for what is otherwise in a checkout. */
import { createTerminal, outcomeOf } from "./terminal.ts"

/** As `quorate` of `terminal.ts`, which runs those of the built package. */
export async function quorateFromSource(line: string) {
  return outcomeOf(await import("../../cli/cli.ts"), line, createTerminal())
}
