/**
 * The package as users run it, built once for all tests: a process of it starts in a third of the processor time that one
 * from source takes. That the command line runs from source, too, is in test/cli/process.test.ts.
 */
import { execFile, execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fingerprintOf } from "../../lib/assets.ts"

const ROOT = join(import.meta.dirname, "../..")

/** What the build does not look at, and the package does not need a link to. */
const APART = new Set(["node_modules", "dist", "results", "test", "coverage"])

/** The executable of the built package, which the first test file to ask for it builds if the sources have changed. */
export const BUILT_MAIN = join(builtPackage(), "dist/cli/main.js")

function builtPackage(): string {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith(".") && !APART.has(entry.name))
    .map(entry => entry.name)
  const cache = join(ROOT, "node_modules/.cache/quorate")
  const folder = join(cache, `package-${fingerprintOf(folders)}`)
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true })
    const fresh = mkdtempSync(join(cache, "build-"))
    execFileSync(process.execPath, [join(ROOT, "scripts/build.ts"), join(fresh, "dist"), "--no-types"], {
      stdio: "ignore",
    })
    copyFileSync(join(ROOT, "package.json"), join(fresh, "package.json"))
    for (const name of folders) symlinkSync(join(ROOT, name), join(fresh, name))
    try {
      renameSync(fresh, folder)
    } catch (error) {
      // Another process has built the same meanwhile.
      if (!existsSync(folder)) throw error
      rmSync(fresh, { recursive: true })
    }
  }
  return folder
}

/** What came of a command. */
export interface Ended {
  readonly code: unknown
  readonly out: string
  readonly err: string
}

/** Runs a command of the built package in a process of its own, and in a folder if one is given. */
export function quorateBuilt(args: readonly string[], cwd = process.cwd()): Promise<Ended> {
  return new Promise(resolve => {
    execFile(process.execPath, [BUILT_MAIN, ...args], { cwd }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    )
  })
}
