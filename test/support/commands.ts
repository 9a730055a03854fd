/** Command lines in a process of their own, where Node.js itself loads modules from outside, as it does for users. */
import { execFile } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

const source = (path: string): string => JSON.stringify(join(import.meta.dirname, path))

/** What came of a command line. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/**
 * Runs command lines one after the other in one process, whose start takes longer than most of them.
 *
 * @param folder where it runs, and where the script is that it runs
 * @throws Error if the process writes to its error stream, or ends before the last of them
 */
export async function quorateIn(folder: string, ...lines: readonly (readonly string[])[]): Promise<readonly Outcome[]> {
  const script = join(mkdtempSync(join(folder, "commands-")), "commands.mts")
  writeFileSync(
    script,
    `import { createTerminal } from ${source("terminal.ts")}
     import { runCli } from ${source("../../cli/cli.ts")}
     const done: unknown[] = []
     for (const args of ${JSON.stringify(lines)}) {
       const terminal = createTerminal()
       const code = await runCli(args, terminal)
       done.push({ code, ...terminal.written })
     }
     process.stdout.write(JSON.stringify(done), () => process.exit(0))`,
  )
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { cwd: folder })
  if (stderr !== "") throw new Error(stderr)
  const outcomes: readonly Outcome[] = JSON.parse(stdout)
  return outcomes
}
