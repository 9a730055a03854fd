/** Makes the folder for results, or says in one line why it cannot be one. */
import { accessSync, constants, mkdirSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { UsageError } from "./exit-codes.ts"

/**
 * Makes a folder, and those above it, and makes sure that it can be written to.
 *
 * Folder by folder: asked for all at once, Node.js does not come back where a file system refuses with "no such file",
 * as /proc does.
 */
export function makeFolder(path: string): void {
  try {
    makeMissing(resolve(path))
    accessSync(path, constants.W_OK)
  } catch (error) {
    throw new UsageError(`${path}: results cannot be written here: ${reasonOf(error)}`)
  }
}

function makeMissing(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw new Error(`${path} is a file`)
  makeMissing(dirname(path))
  mkdirSync(path)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = "code" in error ? error.code : undefined
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied"
    case "EROFS":
      return "the file system is read-only"
    case "ENOENT":
      return "the file system does not allow it"
    case "ENOTDIR":
      return "a part of the path is a file"
    case "ENOSPC":
      return "the disk is full"
    default:
      return error.message
  }
}
