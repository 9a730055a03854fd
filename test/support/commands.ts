/** Command lines in a process of their own, where Node.js itself loads modules from outside, as it does for users. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { BUILT_COMMANDS } from "./built.ts"
import type { Outcome } from "./command-lines.ts"

const FROM_SOURCE = join(import.meta.dirname, "command-lines.ts")

/**
 * Runs command lines one after the other in one process of the built package, whose start takes longer than most of them.
 *
 * @param folder where it runs
 * @throws Error if the process writes to its error stream, or ends before the last of them
 */
export async function quorateIn(folder: string, ...lines: readonly (readonly string[])[]): Promise<readonly Outcome[]> {
  return outcomesOf(BUILT_COMMANDS, folder, lines)
}

/** As {@link quorateIn}, for concurrent tests: what several ask for at the same time goes to one process. */
export function quorateTogether(folder: string) {
  let asked: Asked[] = []
  const run = async (): Promise<void> => {
    const all = asked
    asked = []
    try {
      const outcomes = await quorateIn(folder, ...all.flatMap(({ lines }) => lines))
      let place = 0
      for (const { lines, resolve } of all) resolve(outcomes.slice(place, (place += lines.length)))
    } catch (error) {
      for (const { reject } of all) reject(error)
    }
  }
  return (...lines: readonly (readonly string[])[]): Promise<readonly Outcome[]> =>
    new Promise((resolve, reject) => {
      if (asked.length === 0) setImmediate(() => void run())
      asked.push({ lines, resolve, reject })
    })
}

interface Asked {
  readonly lines: readonly (readonly string[])[]
  resolve(outcomes: readonly Outcome[]): void
  reject(error: unknown): void
}

/** The same from source, which has the types that hand-outs of labs come with. */
export async function quorateFromSourceIn(
  folder: string,
  ...lines: readonly (readonly string[])[]
): Promise<readonly Outcome[]> {
  return outcomesOf(FROM_SOURCE, folder, lines)
}

async function outcomesOf(
  module: string,
  folder: string,
  lines: readonly (readonly string[])[],
): Promise<readonly Outcome[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [module, JSON.stringify(lines)], {
    cwd: folder,
    maxBuffer: 1 << 28,
  })
  if (stderr !== "") throw new Error(stderr)
  const outcomes: readonly Outcome[] = JSON.parse(stdout)
  return outcomes
}
