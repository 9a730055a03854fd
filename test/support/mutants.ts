/**
 * Mistakes planted on purpose: an algorithm compiled from its own sources with one of them changed.
 *
 * A mutant is written as an edit, "this text becomes that", so that a reader sees the mistake next to the true line,
 * and a mutant cannot drift away from the algorithm: once the line has changed, the edit no longer applies, and its
 * test says so.
 */
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"

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
  export * from ${JSON.stringify(pathToFileURL(join(ROOT, CONTRACT)).href)}
  export function invariant() {}
`

/**
 * Compiles a module and all it imports, with edits, and loads it.
 *
 * @param entry the module, relative to the project
 * @returns what the module exports
 */
export async function compileWith<Exports>(entry: string, edits: readonly Edit[]): Promise<Exports> {
  const isAsserting = !edits.includes(WITHOUT_ASSERTIONS)
  const edited = edits.filter(edit => edit !== WITHOUT_ASSERTIONS)
  const applied = new Set<Edit>()
  const isShared = sharedBy(edited)
  const bundle = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "edits",
        setup(compiler) {
          compiler.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
            const file = join(resolveDir, path)
            if (!isAsserting && relative(ROOT, file) === CONTRACT)
              return { path: file, namespace: "without assertions" }
            if (kind === "entry-point" || !isShared(relative(ROOT, file))) return undefined
            return { path: pathToFileURL(file).href, external: true }
          })
          compiler.onResolve({ filter: /^file:/ }, ({ path }) => ({ path, external: true }))
          compiler.onLoad({ filter: /./, namespace: "without assertions" }, () => {
            applied.add(WITHOUT_ASSERTIONS)
            return { contents: CONTRACT_WITHOUT_ASSERTIONS }
          })
          compiler.onLoad({ filter: editedFiles(edited) }, ({ path }) => {
            let contents = readFileSync(path, "utf8")
            for (const edit of edited) {
              if (edit.file !== relative(ROOT, path)) continue
              contents = apply(contents, edit)
              applied.add(edit)
            }
            return { contents, loader: "ts" }
          })
        },
      },
    ],
  })
  for (const edit of edits) if (!applied.has(edit)) throw new Error(`${entry} does not import ${edit.file}`)
  const code = bundle.outputFiles[0]!.contents
  const module: Exports = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)
  return module
}

/** Layers that mutants share with each other, from the ground up: below the lowest that is edited, all is the same code. */
const LAYERS = ["runtime/", "services/"]

function sharedBy(edits: readonly Edit[]): (file: string) => boolean {
  const edited = LAYERS.findIndex(layer => edits.some(({ file }) => file.startsWith(layer)))
  const shared = edited < 0 ? LAYERS : LAYERS.slice(0, edited)
  return file => shared.some(layer => file.startsWith(layer))
}

/** Matches the paths of the edited files. */
function editedFiles(edits: readonly Edit[]): RegExp {
  const names = edits.map(({ file }) => file.replaceAll(/[.+]/g, String.raw`\$&`))
  return new RegExp(`/(?:${names.join("|")})$`)
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
