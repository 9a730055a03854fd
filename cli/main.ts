#!/usr/bin/env node
// The executable: hands the command line of this process to the CLI.
import { inlineMore } from "../experiments/inlining.ts"
import { runCli } from "./cli.ts"
import { EXIT } from "./exit-codes.ts"
import { processTerminal } from "./terminal.ts"

/** The first version with SQLite that also runs TypeScript as it is. */
const OLDEST = [22, 18] as const

const [major, minor] = process.versions.node.split(".").map(Number)
if (major! < OLDEST[0] || (major === OLDEST[0] && minor! < OLDEST[1])) {
  process.stderr.write(`quorate: Node.js ${OLDEST.join(".")} or newer is needed; this is ${process.versions.node}\n`)
  process.exitCode = EXIT.badInput
} else {
  hideSqliteWarning()
  inlineMore()
  process.exitCode = await runCli(process.argv.slice(2), processTerminal())
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
