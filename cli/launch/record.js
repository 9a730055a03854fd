// @ts-check
// The record of the bundle of a checkout: where it is, and the state of each file that went into it.
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/** The folder of this checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * @typedef {object} ProgramRecord
 * @property {string} root the checkout; others may share its packages, and so the folder of caches
 * @property {string} entry the bundled `cli/main.ts`
 * @property {Readonly<Record<string, string>>} stamps of all files that went into it, by path from the root
 */

/**
 * The folder of a checkout's caches, and the file of the record within.
 *
 * @param {string} root
 */
export function placesIn(root) {
  const cache = join(root, "node_modules", ".cache", "quorate")
  return { cache, record: join(cache, "program.json") }
}

/**
 * The state of a file, which is another after each change: no program can set back the time of the last one (`ctime`).
 *
 * @param {string} root
 * @param {string} file
 */
export function stampOf(root, file) {
  const state = statSync(join(root, file), { throwIfNoEntry: false })
  return state === undefined ? "none" : `${state.size} ${state.mtimeMs} ${state.ctimeMs} ${state.ino}`
}

/**
 * The entry of the recorded bundle as a URL; undefined if there is none, or if any file that went into it has changed.
 *
 * @param {string} root
 */
export function recordedEntry(root) {
  try {
    /** @type {ProgramRecord} */
    const { root: owner, entry, stamps } = JSON.parse(readFileSync(placesIn(root).record, "utf8"))
    if (owner !== root || !existsSync(entry)) return undefined
    for (const file in stamps) if (stampOf(root, file) !== stamps[file]) return undefined
    return pathToFileURL(entry).href
  } catch {
    return undefined
  }
}
