/**
 * The package as users run it, built once for all tests: a process of it starts in a third of the processor time that one
 * from source takes. That the command line runs from source, too, is in test/cli/process.test.ts.
 */
import { execFile, execFileSync } from "node:child_process"
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { fingerprintOf } from "../../lib/assets.ts"

const ROOT = join(import.meta.dirname, "../..")

/** What the build does not look at, and the package does not need a link to. */
const APART = new Set(["node_modules", "dist", "results", "test", "coverage", "site"])

/** Modules that users do not get: the command line as a function, and programs for tests. */
const OWN = ["cli/cli.ts", "test/support/command-lines.ts", "test/support/breaches.ts"]

/** What the folders of built packages are in. */
const CACHE = join(ROOT, "node_modules/.cache/quorate")

/** The age at which a lock has been left behind by a process that was ended, in milliseconds. */
const STALE_MS = 180_000

/** The built package, which the first test file to ask for it builds if the sources have changed. */
const BUILT = builtPackage()

/** Its executable. */
export const BUILT_MAIN = join(BUILT, "dist/cli/main.js")

/** Its command line as a function: the module that `cli/cli.ts` has become. */
export const BUILT_CLI = join(BUILT, "dist/cli/cli.js")

/** What runs several command lines of it in one process. */
export const BUILT_COMMANDS = join(BUILT, "dist/test/support/command-lines.js")

/** What looks for breaches of the contract by algorithms from outside. */
export const BUILT_BREACHES = join(BUILT, "dist/test/support/breaches.js")

function builtPackage(): string {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith(".") && !APART.has(entry.name))
    .map(entry => entry.name)
  const folder = join(CACHE, `package-${fingerprintOf([...folders, "test/support"])}`)
  mkdirSync(CACHE, { recursive: true })
  // All test files ask for it at once, and it takes several seconds of processor time.
  for (const lock = `${folder}.lock`; !existsSync(folder); pause()) {
    if (!take(lock)) continue
    try {
      build(folder, folders)
    } finally {
      rmSync(lock, { recursive: true })
    }
  }
  return folder
}

/** Makes a folder that says who builds. @returns false if somebody else does */
function take(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const { mtimeMs = Date.now() } = statSync(lock, { throwIfNoEntry: false }) ?? {}
    if (Date.now() - mtimeMs > STALE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
}

function build(folder: string, folders: readonly string[]): void {
  if (existsSync(folder)) return
  const fresh = mkdtempSync(`${folder}-`)
  const args = [join(ROOT, "scripts/build.ts"), join(fresh, "dist"), "--no-types"]
  execFileSync(process.execPath, [...args, ...OWN.flatMap(module => ["--with", module])], { stdio: "ignore" })
  copyFileSync(join(ROOT, "package.json"), join(fresh, "package.json"))
  for (const name of folders) symlinkSync(join(ROOT, name), join(fresh, name))
  try {
    renameSync(fresh, folder)
  } catch (error) {
    // On a machine so slow that its lock was taken for one left behind, somebody else has built the same meanwhile.
    if (!existsSync(folder)) throw error
    rmSync(fresh, { recursive: true })
  }
}

/**
 * A copy of the built package that measures the costs of a few scenarios only, in one run each.
 *
 * @param scenarios names of specs in `bench/costs/`
 * @param whenDone what removes it, such as `afterAll`
 * @returns its folder
 */
export function builtWithCosts(scenarios: readonly string[], whenDone: (remove: () => void) => void): string {
  const copy = mkdtempSync(join(CACHE, "costs-"))
  whenDone(() => rmSync(copy, { recursive: true }))
  for (const name of readdirSync(BUILT)) {
    if (["dist", "package.json"].includes(name)) cpSync(join(BUILT, name), join(copy, name), { recursive: true })
    else if (name !== "bench") symlinkSync(join(ROOT, name), join(copy, name))
  }
  const costs = join(copy, "bench/costs")
  mkdirSync(costs, { recursive: true })
  for (const name of scenarios) {
    const text = readFileSync(join(ROOT, `bench/costs/${name}.yaml`), "utf8")
    writeFileSync(join(costs, `${name}.yaml`), text.replace(/^repeat: .*$/m, "repeat: 1"))
  }
  return copy
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
