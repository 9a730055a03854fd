/** Bundles the command line of a checkout, so that it starts about as fast as the built package. */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { BUNDLING, OUTSIDE } from "./bundling.ts"
import { placesIn, type ProgramRecord, stampOf } from "./record.js"

/** The entry modules of processes and threads. */
const ENTRIES = [
  "cli/main.ts",
  "index.ts",
  "experiments/run/worker.ts",
  "checking/parallel/worker.ts",
  "scenarios/outside/probe.ts",
]

/** Files other than sources that determine the bundle. */
const CIRCUMSTANCES = [
  "cli/launch/build.ts",
  "cli/launch/bundling.ts",
  "cli/launch/record.js",
  "node_modules/.package-lock.json",
  "package.json",
  "tsconfig.json",
]

/**
 * The age at which a change has settled, in milliseconds.
 *
 * Somebody who edits and tries repeatedly would wait for a bundle each time, and use it once. And file times are coarse: two
 * changes within one step look like one.
 */
const SETTLED_MS = 20_000

/**
 * The number of bundles kept regardless of age; and the age up to which all are kept, in milliseconds: processes may run on
 * them.
 */
const KEPT = 5
const KEPT_MS = 2 * 86_400_000

/**
 * Bundles a checkout and records it. Concurrent processes each make a bundle of their own; the last one is used from then
 * on.
 *
 * @param now the time, in milliseconds since 1970
 * @returns the URL of the bundled command line; undefined if sources have just changed
 * @throws if a source has a mistake, or the cache cannot be written
 */
export async function buildProgram(root: string, now = Date.now()): Promise<string | undefined> {
  const { cache, record } = placesIn(root)
  const known = CIRCUMSTANCES.concat(ENTRIES)
  // Check first the sources that are known to be in it.
  if (hasChangedSince(root, known, now - SETTLED_MS)) return undefined
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "program-"))
  try {
    const inputs = await bundle(root, folder)
    const files = [...known, ...inputs]
    if (hasChangedSince(root, files, now - SETTLED_MS)) {
      rmSync(folder, { recursive: true })
      return undefined
    }
    const entry = join(folder, "cli", "main.js")
    const stamps = Object.fromEntries(files.map(file => [file, stampOf(root, file)]))
    const written: ProgramRecord = { root, entry, stamps }
    writeFileSync(join(folder, "program.json"), JSON.stringify(written))
    renameSync(join(folder, "program.json"), record)
    removeOld(cache, now)
    return pathToFileURL(entry).href
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** @returns the sources that it read, by path from the root */
async function bundle(root: string, folder: string): Promise<readonly string[]> {
  const { build } = await import("esbuild")
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: folder,
    tsconfig: "tsconfig.json",
    ...BUNDLING,
    // Builds pages, and only in a checkout.
    external: [...OUTSIDE, "vite"],
    define: { CHECKOUT_BUNDLE: JSON.stringify({ root, folder }) },
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "silent",
  })
  return Object.keys(metafile.inputs).filter(file => !file.startsWith("node_modules/"))
}

function hasChangedSince(root: string, files: readonly string[], time: number): boolean {
  return files.some(file => {
    const state = statSync(join(root, file), { throwIfNoEntry: false })
    return state !== undefined && Math.max(state.ctimeMs, state.mtimeMs) > time
  })
}

/** Removes bundles that were replaced long ago. */
function removeOld(cache: string, now: number): void {
  const bundles = readdirSync(cache, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name.startsWith("program-"))
    .map(({ name }) => ({ path: join(cache, name), made: statSync(join(cache, name)).mtimeMs }))
    .toSorted((a, b) => b.made - a.made)
  for (const { path, made } of bundles.slice(KEPT)) {
    if (now - made > KEPT_MS) rmSync(path, { recursive: true, force: true })
  }
}
