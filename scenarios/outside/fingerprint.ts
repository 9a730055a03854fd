/** The code of an outside algorithm: its module and the local files that it imports. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"

/**
 * A fingerprint of a module and of the files it imports, directly or indirectly, without imported packages.
 *
 * It is the version of the code in results, which stay valid while it is unchanged.
 */
export function outsideFingerprint(path: string): string {
  const hash = createHash("sha256")
  for (const file of [path, ...localImports(path)]) hash.update(readFileSync(file)).update("\0")
  return hash.digest("hex").slice(0, 16)
}

/** The files that a module imports by relative paths, directly or indirectly, in the order of imports. */
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

/** Static, type-only or dynamic imports; one in a comment counts too, which at worst repeats a run. */
function relativeImports(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:from|import)\b\s*\(?\s*["'](\.[^"'\n]+)["']/g)].map(match => match[1]!)
}
