/**
 * Reads which files import which, and judges the imports by the layers of the project:
 *
 *   runtime <- services <- algorithms <- experiments <- {labs, bench, trace} <- cli
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"

/** What each layer may import besides itself. `index.ts` is the package's front door for authors of algorithms. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  services: ["runtime"],
  algorithms: ["runtime", "services"],
  experiments: ["runtime", "services", "algorithms"],
  labs: ["runtime", "services", "algorithms", "experiments"],
  trace: ["runtime", "services", "algorithms", "experiments"],
  bench: ["runtime", "services", "algorithms", "experiments"],
  cli: ["runtime", "services", "algorithms", "experiments", "labs", "bench"],
  "index.ts": ["runtime", "services", "algorithms"],
}

/** Layers that run everywhere, browsers included: no package, nothing of Node.js. */
const PURE = new Set(["runtime", "services", "algorithms", "index.ts"])

export type Sources = ReadonlyMap<string, string>

/** All TypeScript sources of the layers, by path relative to `root`. */
export function readSources(root: string): Sources {
  const sources = new Map<string, string>()
  for (const layer of Object.keys(MAY_IMPORT)) {
    if (!existsSync(join(root, layer))) continue
    for (const file of typescriptFiles(root, layer)) sources.set(file, readFileSync(join(root, file), "utf8"))
  }
  return sources
}

function typescriptFiles(root: string, path: string): string[] {
  if (/\.tsx?$/.test(path)) return [path]
  const entries = readdirSync(join(root, path), { withFileTypes: true })
  return entries.flatMap(entry => {
    if (entry.isDirectory()) return typescriptFiles(root, posix.join(path, entry.name))
    return /\.tsx?$/.test(entry.name) ? [posix.join(path, entry.name)] : []
  })
}

/** The module names a source imports: statically, dynamically or for their types. */
export function importsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "")
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/g)].map(match => match[1]!)
}

/** Every import that goes against the layers, as one sentence each. */
export function layerViolations(sources: Sources): string[] {
  const violations: string[] = []
  for (const [file, source] of sources) {
    for (const name of importsOf(source)) {
      const reason = name.startsWith(".") ? judgeFile(file, posix.join(posix.dirname(file), name)) : judgePackage(file)
      if (reason !== null) violations.push(`${file} imports ${name}: ${reason}`)
    }
  }
  return violations
}

function judgePackage(file: string): string | null {
  const layer = layerOf(file)
  return PURE.has(layer) ? `${layer} imports no package and nothing of Node.js` : null
}

function judgeFile(file: string, imported: string): string | null {
  const from = layerOf(file)
  const to = layerOf(imported)
  if (from !== to) return MAY_IMPORT[from]!.includes(to) ? null : `${from} does not import ${to}`
  return crossesAlgorithms(file, imported) ? "algorithms do not import each other" : null
}

/** An algorithm is a folder; the registry and what algorithms share lie directly under `algorithms/`. */
function crossesAlgorithms(file: string, imported: string): boolean {
  const from = algorithmOf(file)
  const to = algorithmOf(imported)
  return from !== null && to !== null && from !== to
}

function algorithmOf(file: string): string | null {
  const [layer, folder, ...rest] = file.split("/")
  return layer === "algorithms" && rest.length > 0 ? folder! : null
}

function layerOf(file: string): string {
  return file.split("/")[0]!
}

/** All modules that a module imports, directly or not, and the packages that they import (`node:` modules included). */
export function reachableFrom(start: string, sources: Sources): { modules: Set<string>; packages: Set<string> } {
  const modules = new Set([start])
  const packages = new Set<string>()
  for (const file of modules) {
    for (const name of importsOf(sources.get(file) ?? "")) {
      if (name.startsWith(".")) modules.add(posix.join(posix.dirname(file), name))
      else packages.add(name)
    }
  }
  return { modules, packages }
}
