/** `quorate run --watch`: runs an experiment again whenever its spec, or a module with algorithms that it names, changes. */
import { existsSync, readFileSync, watch } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { resolveSpec } from "../../../experiments/plan/bundled.ts"
import { AlgorithmError, EXIT, Interrupted, UsageError } from "../../exit-codes.ts"
import type { Terminal } from "../../terminal/terminal.ts"

/** The real time within which editors finish writing a file, in milliseconds. */
const SETTLED_MS = 150

interface Watched {
  readonly spec: string
  readonly algorithms?: readonly string[] | undefined
}

/**
 * Runs once, and again after each change, until the user interrupts. Runs with unchanged scenario, seed and code are reused
 * from the store.
 *
 * @returns the exit code: 0, since the user ends it
 */
export async function runAgainOnChange(
  watched: Watched,
  terminal: Terminal,
  runOnce: () => Promise<number>,
): Promise<number> {
  for (;;) {
    // Watching starts before the run: a change during it counts.
    const change = changeOf(filesOf(watched))
    try {
      await runOnce()
    } catch (error) {
      if (error instanceof Interrupted) {
        change.forget()
        break
      }
      if (!(error instanceof UsageError || error instanceof AlgorithmError)) throw error
      terminal.err.write(`quorate: ${error.message}\n`)
    }
    terminal.err.write(`quorate: waiting for a change of ${watched.spec} (Ctrl-C ends this)\n`)
    const ignore = terminal.onInterrupt(() => change.forget())
    const isChanged = await change.happened
    ignore()
    if (!isChanged) break
  }
  return EXIT.ok
}

/** The spec, the modules on the command line, and those that the spec names as files beside it. */
function filesOf({ spec, algorithms = [] }: Watched): readonly string[] {
  const file = resolveSpec(spec)
  if (!existsSync(file)) return [resolve(file)]
  const named = [...readFileSync(file, "utf8").matchAll(/\bfrom:\s*["']?(\.{0,2}\/[^\s,"'}]+)/g)].map(([, path]) =>
    resolve(dirname(file), path!),
  )
  return [file, ...algorithms.filter(path => existsSync(path)), ...named].map(path => resolve(path))
}

/**
 * The next change of some files: true once there is one, false if the wait is cancelled. Watches folders, since editors
 * replace files.
 */
function changeOf(files: readonly string[]) {
  const folders = [...new Set(files.map(dirname))].filter(folder => existsSync(folder))
  const { promise: happened, resolve: tell } = Promise.withResolvers<boolean>()
  let timer: NodeJS.Timeout | undefined
  const watchers = folders.map(folder =>
    watch(folder, (_, name) => {
      if (name !== null && !files.some(file => dirname(file) === folder && basename(file) === name)) return
      clearTimeout(timer)
      timer = setTimeout(() => end(true), SETTLED_MS)
    }),
  )
  const end = (isChanged: boolean): void => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
    tell(isChanged)
  }
  return { happened, forget: () => end(false) }
}
