/** Where the project's files lie, run from source and from the built package alike. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { outsideFingerprint } from "./outside/fingerprint.ts"

const here = fileURLToPath(import.meta.url)

/** Whether this is the TypeScript source rather than the built package. */
export const RUNS_FROM_SOURCE = here.endsWith(".ts")

/** The folder with package.json. */
export const PACKAGE_ROOT = rootAbove(dirname(here))

function rootAbove(folder: string): string {
  if (existsSync(join(folder, "package.json")) || dirname(folder) === folder) return folder
  return rootAbove(dirname(folder))
}

/** The folder of the bundled specs. */
export const SPECS = join(PACKAGE_ROOT, "experiments", "specs")

/** The module that worker threads run, as a URL. */
export function workerUrl(): string {
  const path = RUNS_FROM_SOURCE ? ["experiments", "worker.ts"] : ["dist", "experiments", "worker.js"]
  return pathToFileURL(join(PACKAGE_ROOT, ...path)).href
}

/** A file beside the main module of an installed package, e.g. its minified build. */
export function besideModule(module: string, file: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(module)), file)
}

/** A file of an installed package that has no main module. */
export function inPackage(name: string, ...path: readonly string[]): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...path)
}

/** The version in package.json. */
export function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8"))
  const version: unknown =
    typeof description === "object" && description !== null && Reflect.get(description, "version")
  return typeof version === "string" ? version : "unknown"
}

/**
 * A fingerprint of the code that decides the course of a run: the same spec and seeds give the same results as long as
 * it stays the same.
 *
 * @param outside paths of the modules from outside that are used
 */
export function codeFingerprint(outside: readonly string[] = []): string {
  const folders = RUNS_FROM_SOURCE ? ["runtime", "services", "algorithms", "experiments"] : ["dist"]
  const hash = createHash("sha256")
  for (const file of folders.flatMap(folder => codeIn(join(PACKAGE_ROOT, folder)))) hash.update(readFileSync(file))
  for (const path of outside) hash.update(outsideFingerprint(path))
  return hash.digest("hex").slice(0, 16)
}

function codeIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return codeIn(path)
      return /\.(ts|js|mjs)$/.test(entry.name) ? [path] : []
    })
}
