/**
 * Reads which files import which, and judges the imports by the stages of the project: a file imports its own stage and
 * those before it. Types count, and so do re-exports and dynamic imports.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"

/** From the ground up. A file belongs to the first stage that is its path or a folder above it. */
const STAGES: readonly string[] = [
  "runtime/lib",
  "runtime/contract",
  "runtime/process",
  "runtime/checker",
  "runtime/network",
  "runtime/faults",
  "runtime/scenario",
  "runtime/simulation",
  "services",
  "algorithms",
  "index.ts",
  "lib",
  "scenarios",
  "checking",
  "experiments/model",
  "analysis",
  "experiments/store",
  "experiments/regressions",
  "reports/charts",
  "experiments/plan",
  "debugger",
  "hunting",
  "reports",
  "experiments/run",
  "web",
  "labs",
  "bench",
  "workshop",
  "cli",
]

/** All that algorithms and services may import besides themselves: it is what carries them from host to host. */
const CONTRACT: ReadonlySet<string> = new Set(["runtime/lib", "runtime/contract"])

/** Stages that know nothing of each other. */
const APART: readonly (readonly [string, string])[] = [
  ["labs", "bench"],
  ["web", "labs"],
]

/** Layers that run everywhere, browsers included: no package, nothing of Node.js. */
const PURE = new Set(["runtime", "services", "algorithms", "index.ts"])

export type Sources = ReadonlyMap<string, string>

/** All TypeScript sources of the layers, by path relative to `root`. */
export function readSources(root: string): Sources {
  const sources = new Map<string, string>()
  for (const layer of new Set(STAGES.map(layerOf))) {
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
  const from = stageOf(file)
  const to = stageOf(imported)
  if (to === null) return `${imported} belongs to no stage`
  if (from === to) return crossesAlgorithms(file, imported) ? "algorithms do not import each other" : null
  if ((from === "services" || from === "algorithms") && to.startsWith("runtime/") && !CONTRACT.has(to))
    return `${from} imports the contract only, not ${to}`
  const isAbove = STAGES.indexOf(to) > STAGES.indexOf(from!)
  const isApart = APART.some(([one, other]) => (from === one && to === other) || (from === other && to === one))
  return isAbove || isApart ? `${from} does not import ${to}` : null
}

function stageOf(file: string): string | null {
  return STAGES.find(stage => file === stage || file.startsWith(`${stage}/`)) ?? null
}

/** Files that import each other in a circle: each as a list that begins and ends with the same file. */
export function circles(sources: Sources): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) found.push([...path.slice(start), file])
    if (start >= 0 || done.has(file)) return
    for (const name of importsOf(sources.get(file) ?? "")) {
      if (name.startsWith(".")) visit(posix.join(posix.dirname(file), name), [...path, file])
    }
    done.add(file)
  }
  for (const file of sources.keys()) visit(file, [])
  return found
}

/** An algorithm is a folder; what algorithms share lies in `algorithms/common`. */
function crossesAlgorithms(file: string, imported: string): boolean {
  const from = algorithmOf(file)
  const to = algorithmOf(imported)
  return from !== null && to !== null && from !== to
}

function algorithmOf(file: string): string | null {
  const [layer, folder, ...rest] = file.split("/")
  return layer === "algorithms" && rest.length > 0 && folder !== "common" ? folder! : null
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
