/** Which code an outside algorithm consists of: its module and what that imports from files beside it. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"

/**
 * A fingerprint of a module and of the files it imports, directly or not; packages it imports do not count.
 *
 * The version of the code in results: they stay valid as long as it is the same.
 */
export function outsideFingerprint(path: string): string {
  const hash = createHash("sha256")
  for (const file of [path, ...localImports(path)]) hash.update(readFileSync(file)).update("\0")
  return hash.digest("hex").slice(0, 16)
}

/** The files that a module imports by a relative path, and those that these import, in the order of their imports. */
export function localImports(path: string): readonly string[] {
  const found = new Set([path])
  for (const file of found) {
    for (const name of relativeImports(readFileSync(file, "utf8"))) {
      const imported = resolve(dirname(file), name)
      if (existsSync(imported) && statSync(imported).isFile()) found.add(imported)
    }
  }
  return [...found].slice(1)
}

/** Static, for types, or dynamic; one in a comment counts too, which costs no more than a run made again. */
function relativeImports(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:from|import)\b\s*\(?\s*["'](\.[^"'\n]+)["']/g)].map(match => match[1]!)
}
