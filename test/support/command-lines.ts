/** A process that runs the command lines of its argument, a JSON list of lists of words, and writes what came of them as JSON. */
import { runCli } from "../../cli/cli.ts"
import { createTerminal } from "./recording-terminal.ts"

/** What came of a command line. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

const [lines = "[]"] = process.argv.slice(2)
const commandLines: readonly (readonly string[])[] = JSON.parse(lines)
const outcomes: Outcome[] = []
for (const args of commandLines) {
  const terminal = createTerminal()
  const code = await runCli(args, terminal)
  outcomes.push({ code, ...terminal.written })
}
process.stdout.write(JSON.stringify(outcomes), () => process.exit(0))
