/** Command lines in a process of their own, where Node.js itself loads modules from outside, as it does for users. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { BUILT_COMMANDS } from "./built.ts"
import type { Outcome } from "./command-lines.ts"

/**
 * Runs command lines one after the other in one process of the built package, whose start takes longer than most of them.
 *
 * @param folder where it runs
 * @throws Error if the process writes to its error stream, or ends before the last of them
 */
export async function quorateIn(folder: string, ...lines: readonly (readonly string[])[]): Promise<readonly Outcome[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [BUILT_COMMANDS, JSON.stringify(lines)], {
    cwd: folder,
  })
  if (stderr !== "") throw new Error(stderr)
  const outcomes: readonly Outcome[] = JSON.parse(stdout)
  return outcomes
}
