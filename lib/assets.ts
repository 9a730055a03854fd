/** The places of the project's files, the same interface from source and from the built package. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { remembered } from "./remembered.ts"

/** The checkout's bundle that contains this module (`cli/launch/build.ts`); defined by the bundler. */
declare const CHECKOUT_BUNDLE: { readonly root: string; readonly folder: string } | undefined

const here = fileURLToPath(import.meta.url)
const bundle = typeof CHECKOUT_BUNDLE === "object" ? CHECKOUT_BUNDLE : undefined

/** True in a checkout, which may run bundled, false in the built package. */
export const RUNS_FROM_SOURCE = bundle !== undefined || here.endsWith(".ts")

/** The folder with package.json. */
export const PACKAGE_ROOT = bundle?.root ?? rootAbove(dirname(here))

function rootAbove(folder: string): string {
  if (existsSync(join(folder, "package.json")) || dirname(folder) === folder) return folder
  return rootAbove(dirname(folder))
}

/** The folder of the bundled specs. */
export const SPECS = join(PACKAGE_ROOT, "experiments", "specs")

/** The folder of the specs that reproduce published results. */
export const PUBLISHED = join(PACKAGE_ROOT, "experiments", "published")

/** The folder of the bundled scenarios. */
export const SCENARIOS = join(PACKAGE_ROOT, "scenarios", "bundled")

/** The folder of the tables of round-trip times between regions. */
export const REGIONS = join(PACKAGE_ROOT, "scenarios", "regions")

/** The module that worker threads run, as a URL. */
export function workerUrl(): string {
  return pathToFileURL(entryFile("experiments/run/worker")).href
}

/**
 * The file of a module that is loaded by its path: an entry point of the built package and of a checkout's bundle.
 *
 * @param path from the root, without an extension
 */
export function entryFile(path: string): string {
  if (bundle !== undefined) return join(bundle.folder, `${path}.js`)
  return RUNS_FROM_SOURCE ? join(PACKAGE_ROOT, `${path}.ts`) : join(PACKAGE_ROOT, "dist", `${path}.js`)
}

/** A file next to the main module of an installed package, e.g. its minified build. */
export function besideModule(module: string, file: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(module)), file)
}

/** The file of a font for charts: the built package contains only the fonts that are used. */
export function fontFile(name: string): string {
  if (!RUNS_FROM_SOURCE) return join(PACKAGE_ROOT, "dist", "fonts", name)
  return join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf", name)
}

/** The version in package.json. */
export function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8"))
  const version: unknown =
    typeof description === "object" && description !== null && Reflect.get(description, "version")
  return typeof version === "string" ? version : "unknown"
}

/**
 * The version of the code that determines an algorithm's runs and their measurements: while it stays the same, equal
 * scenarios and seeds give equal records.
 *
 * From source it changes with the runtime, the services, the measures and the algorithm's own folder, not with other
 * algorithms; the built package has one version as a whole.
 *
 * @param modules the files of an algorithm that is not one of the workbench's own
 */
export function codeVersion(algorithm: string, modules: readonly string[] = []): string {
  const hash = createHash("sha256")
  for (const part of partsOf(algorithm)) hash.update(digestOf(part))
  for (const file of modules) hash.update(basename(file)).update("\0").update(readFileSync(file)).update("\0")
  return hash.digest("hex").slice(0, 16)
}

/** The digest of a part of the workbench's code, computed once: code that a process has loaded does not change any more. */
const digestOf = remembered((part: string): string => {
  const hash = createHash("sha256")
  for (const file of filesOf(part).toSorted()) {
    const text = readFileSync(join(PACKAGE_ROOT, file))
    hash.update(basename(file)).update("\0").update(text).update("\0")
  }
  return hash.digest("hex")
})

/** The files that determine an algorithm's runs, by path from the package's root. */
export function codeOf(algorithm: string): readonly string[] {
  return partsOf(algorithm).flatMap(filesOf)
}

/** The same as folders and single files. */
function partsOf(algorithm: string): readonly string[] {
  if (!RUNS_FROM_SOURCE) return ["dist"]
  const algorithms = [join("algorithms", "common"), join("algorithms", algorithm)]
  return ["runtime", "services", ...algorithms, join("scenarios", "measures"), join("scenarios", "measure.ts")]
}

function filesOf(part: string): readonly string[] {
  return part.endsWith(".ts") ? [part] : codeIn(part)
}

/**
 * A stamp of the workbench's code: sizes and modification times of its files. Much faster than {@link fingerprintOf},
 * and enough on one machine.
 */
export function codeStamp(): string {
  stamp ??= stampOf(RUNS_FROM_SOURCE ? sourceFolders().flatMap(codeIn) : codeIn("dist"))
  return stamp
}

/** The stamp of the code that this process has loaded, memoized. */
let stamp: string | undefined

function stampOf(files: readonly string[]): string {
  const hash = createHash("sha256")
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(PACKAGE_ROOT, file))
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest("hex").slice(0, 16)
}

/** The folders of a checkout with the workbench's own code. */
function sourceFolders(): readonly string[] {
  const others = new Set(["dist", "docs", "node_modules", "results", "site", "test"])
  return readdirSync(PACKAGE_ROOT, { withFileTypes: true }).flatMap(entry => {
    return entry.isDirectory() && !entry.name.startsWith(".") && !others.has(entry.name) ? [entry.name] : []
  })
}

/** A fingerprint of all code in some folders of the package, including styles and pages. */
export function fingerprintOf(folders: readonly string[]): string {
  const hash = createHash("sha256")
  for (const file of folders.flatMap(codeIn).toSorted()) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(PACKAGE_ROOT, file)))
  }
  return hash.digest("hex").slice(0, 16)
}

/** The code below a folder of the package, by path from its root; empty if the folder does not exist. */
function codeIn(folder: string): readonly string[] {
  const path = join(PACKAGE_ROOT, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true }).flatMap(entry => {
    const inside = join(folder, entry.name)
    if (entry.isDirectory()) return codeIn(inside)
    return /\.(tsx?|m?js|css|html)$/.test(entry.name) ? [inside] : []
  })
}
