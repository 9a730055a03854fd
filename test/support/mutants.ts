/**
 * Mistakes planted on purpose: an algorithm loaded from its own sources with one of them changed.
 *
 * A mutant is written as an edit, "this text becomes that", so that a reader sees the mistake next to the true line,
 * and a mutant cannot drift away from the algorithm: once the line has changed, the edit no longer applies, and its
 * test says so.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { join, posix, relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { transform } from "esbuild"
import { importsOf } from "./imports.ts"

const ROOT = join(import.meta.dirname, "../..")

export interface Edit {
  /** The source file, relative to the project. */
  readonly file: string
  /** A piece of its text that occurs once. */
  readonly from: string
  readonly to: string
}

/** The module that algorithms have their assertions from. */
const CONTRACT = "runtime/contract/algorithm.ts"

/** Leaves out the assertions of an algorithm: what others write has none, and shows its mistakes by what they lead to. */
export const WITHOUT_ASSERTIONS: Edit = {
  file: CONTRACT,
  from: "  if (!condition) throw new InvariantViolation(meaning)\n",
  to: "",
}

/** Stands for the contract where assertions are left out: the rest of it stays the one module that all mutants share. */
const CONTRACT_WITHOUT_ASSERTIONS = `
  export * from ${JSON.stringify(urlOf(CONTRACT))}
  export function invariant() {}
`

/** Layers that keep their assertions. */
const ASSERTING = ["runtime/", "services/"]

/**
 * Loads a module with edits in it or in what it imports. The edited files and those that import them, directly or not, are
 * compiled anew; all others are the modules that are loaded already, warm from earlier runs.
 *
 * @param entry the module, relative to the project
 * @returns what the module exports
 */
export async function compileWith<Exports>(entry: string, edits: readonly Edit[]): Promise<Exports> {
  const sources = await mutatedSources(entry, edits)
  const mark = `?mutant=${createHash("sha256").update(JSON.stringify(edits)).digest("hex")}`
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const isOfMutant = specifier.startsWith(".") && context.parentURL?.endsWith(mark) === true
      return isOfMutant && sources.has(fileOf(found.url)) ? { ...found, url: `${found.url}${mark}` } : found
    },
    load(url, context, next) {
      if (!url.endsWith(mark)) return next(url, context)
      return { format: "module", source: sources.get(fileOf(url.slice(0, -mark.length)))!, shortCircuit: true }
    },
  })
  try {
    // Without any edit it is the true module.
    const module: Exports = await import(`${urlOf(entry)}${sources.has(entry) ? mark : ""}`)
    return module
  } finally {
    hooks.deregister()
  }
}

/** The JavaScript of the modules that a mutant does not share with the true algorithm, by file. */
async function mutatedSources(entry: string, edits: readonly Edit[]): Promise<ReadonlyMap<string, string>> {
  const isAsserting = !edits.includes(WITHOUT_ASSERTIONS)
  const edited = edits.filter(edit => edit !== WITHOUT_ASSERTIONS)
  const importers = importersIn(entry)
  for (const { file } of edits) if (!importers.has(file)) throw new Error(`${entry} does not import ${file}`)
  const anew = new Set(edited.map(({ file }) => file))
  if (!isAsserting) {
    const asserting = importers.get(CONTRACT)!.filter(file => !ASSERTING.some(layer => file.startsWith(layer)))
    for (const file of asserting) anew.add(file)
  }
  for (const file of anew) for (const importer of importers.get(file)!) anew.add(importer)
  const texts = editedTexts(edited)
  const compiled = [...anew].map(async file => [file, await javaScriptOf(texts.get(file) ?? textOf(file))] as const)
  const sources = new Map(await Promise.all(compiled))
  return isAsserting ? sources : sources.set(CONTRACT, CONTRACT_WITHOUT_ASSERTIONS)
}

/** All files that a module imports, directly or not, and itself: for each, those of them that import it. */
function importersIn(entry: string): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>([[entry, []]])
  for (const file of importers.keys()) {
    for (const imported of importedBy(file)) {
      const known = importers.get(imported)
      if (known === undefined) importers.set(imported, [file])
      else known.push(file)
    }
  }
  return importers
}

/** What has been read, and compiled, for earlier mutants. */
const sourceTexts = new Map<string, string>()
const importLists = new Map<string, readonly string[]>()
const compiledTexts = new Map<string, Promise<string>>()

/** The files that a file imports for more than their types. */
function importedBy(file: string): readonly string[] {
  const known = importLists.get(file)
  if (known !== undefined) return known
  const code = textOf(file).replaceAll(/^(?:import|export) type [^"]*"[^"]*"/gm, "")
  const relatives = importsOf(code).filter(name => name.startsWith("."))
  const files = relatives.map(name => posix.join(posix.dirname(file), name))
  importLists.set(file, files)
  return files
}

function textOf(file: string): string {
  const text = sourceTexts.get(file) ?? readFileSync(join(ROOT, file), "utf8")
  sourceTexts.set(file, text)
  return text
}

function javaScriptOf(text: string): Promise<string> {
  const code = compiledTexts.get(text) ?? transform(text, { loader: "ts" }).then(result => result.code)
  compiledTexts.set(text, code)
  return code
}

function urlOf(file: string): string {
  return pathToFileURL(join(ROOT, file)).href
}

function fileOf(url: string): string {
  return url.startsWith("file:") ? relative(ROOT, fileURLToPath(url)) : url
}

/**
 * The texts of files with edits applied, by the files' names; nothing is compiled.
 *
 * @throws Error if the text that an edit changes is not there once
 */
export function editedTexts(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const edit of edits) {
    texts.set(edit.file, apply(texts.get(edit.file) ?? readFileSync(join(ROOT, edit.file), "utf8"), edit))
  }
  return texts
}

function apply(contents: string, { file, from, to }: Edit): string {
  const parts = contents.split(from)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places to change, not one: ${from}`)
  return parts.join(to)
}
