#!/usr/bin/env node
// The executable: hands the command line of this process to the CLI.
import { runCli } from "./cli.ts"
import { processTerminal } from "./terminal.ts"

process.exitCode = await runCli(process.argv.slice(2), processTerminal())
