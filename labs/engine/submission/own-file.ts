/** Reads files of students' folders: only regular files inside the folder, and none through a link that leads outside. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { plainText } from "../plain-text.ts"

/** The reason why a file is not read. */
export interface NoFile {
  readonly problem: string
}

/**
 * Finds a file of a folder.
 *
 * @param path links in it are followed if they end inside the folder
 * @returns its true path
 */
export function ownFile(path: string, folder: string, largest: number): { readonly path: string } | NoFile {
  try {
    const [found, root] = [realpathSync(path), realpathSync(folder)]
    if (!found.startsWith(root.endsWith(sep) ? root : root + sep))
      return wrong(path, folder, "a link out of the folder")
    const kind = kindOf(statSync(found))
    if (kind !== undefined) return wrong(path, folder, kind)
    if (statSync(found).size > largest) return { problem: `${shown(path, folder)}: more than ${largest} bytes` }
    return { path: found }
  } catch (error) {
    return { problem: `${shown(path, folder)}: ${whyNot(error)}` }
  }
}

/** The text of a file of a folder. */
export function readOwnFile(path: string, folder: string, largest: number): { readonly text: string } | NoFile {
  const found = ownFile(path, folder, largest)
  if ("problem" in found) return found
  let file: number | undefined
  try {
    // Non-blocking, in case the file has been replaced by something else since.
    file = openSync(found.path, constants.O_RDONLY | constants.O_NONBLOCK)
    const kind = kindOf(fstatSync(file))
    if (kind !== undefined) return wrong(path, folder, kind)
    return { text: readFileSync(file, "utf8") }
  } catch (error) {
    return { problem: `${shown(path, folder)}: ${whyNot(error)}` }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The kind of a file that is not a regular one. */
function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined
  if (stats.isDirectory()) return "a folder"
  if (stats.isFIFO()) return "a pipe"
  return "a device or a socket"
}

function wrong(path: string, folder: string, found: string): NoFile {
  return { problem: `${shown(path, folder)}: found ${found}, expected a regular file` }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
  if (code === "ENOENT") return "there is no such file"
  if (code === "ELOOP") return "found a link that leads in a circle, expected a regular file"
  return `this file cannot be read (${code})`
}

function shown(path: string, folder: string): string {
  return plainText(relative(join(folder), path))
}
