/** Folders and files of results: a folder that can be written to, files that are complete or not there. */
import * as Effect from "effect/Effect"
import { accessSync, constants, mkdirSync, statSync } from "node:fs"
import { rename, rm, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { reasonOf, StoreError, storeError } from "./errors.ts"

/**
 * Makes a folder, and those above it, and makes sure that it can be written to; throws a {@link StoreError}.
 *
 * Folder by folder: asked for all at once, Node.js does not come back where a file system refuses with "no such file",
 * as /proc does.
 */
export function makeFolder(path: string): void {
  try {
    makeMissing(resolve(path))
    accessSync(path, constants.W_OK)
  } catch (error) {
    const reason = reasonOf(error) ?? (error instanceof Error ? error.message : String(error))
    throw new StoreError({ message: `${path}: results cannot be written here: ${reason}` })
  }
}

function makeMissing(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw new Error(`${path} is a file`)
  makeMissing(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have made it meanwhile, such as another shard that started at the same moment.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

/** Writes a file under another name and then renames it; a part that cannot be written is removed. */
export const writeWhole = (path: string, content: string | Uint8Array | Iterable<string>) =>
  Effect.tryPromise({
    try: async signal => {
      const part = `${path}.part`
      try {
        await writeFile(part, content, { signal })
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    catch: error => storeError(path, error),
  })
