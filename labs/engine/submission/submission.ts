/**
 * Compiles a student's submission, with its imports, into one script for the sandbox.
 *
 * A submission may import "quorate", which resolves to `library.ts`, and regular files of its own folder, nothing else.
 * Since it may be designed to crash the compiler, grading compiles it in a separate process (`compile.ts`).
 */
import { existsSync, realpathSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import type { Message, Plugin } from "esbuild"
import { ownFile } from "./own-file.ts"
import { LIBRARY, REALM } from "../places.ts"
import { plainText } from "../plain-text.ts"
import type { Program } from "../../sandbox/remote.ts"

/** The submission cannot be compiled: one line per problem, with file:line:column. */
export class SubmissionError extends Error {
  override readonly name = "SubmissionError"
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join("\n"))
    this.problems = problems
  }
}

/** The path of a submission's script, as if it were a file; no submission's folder has it. */
const ENTRY = join(dirname(REALM), "entry.js")

/** Maximum size of a submission's source, in bytes: many times what a lab needs. */
const MAX_FILE_BYTES = 1 << 18

/**
 * Compiles a submission.
 *
 * @param file the file the lab asks for
 * @param root the folder whose files it may import; by default the file's own
 * @param edit changes a source before it is compiled; for planted mistakes
 * @throws SubmissionError
 */
export async function compileSubmission(
  file: string,
  root = dirname(file),
  edit?: (path: string, source: string) => string,
): Promise<Program> {
  const found = ownFile(file, root, MAX_FILE_BYTES)
  if ("problem" in found) throw new SubmissionError([found.problem])
  const entry = [
    `import { openRealm } from ${JSON.stringify(REALM)}`,
    `import * as submission from ${JSON.stringify(found.path)}`,
    "export default outer => openRealm(submission, outer)",
  ].join("\n")
  const { build } = await import("esbuild")
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: dirname(REALM), sourcefile: ENTRY },
      bundle: true,
      write: false,
      outfile: "submission.js",
      format: "iife",
      globalName: "submissionOfThisRealm",
      // Modules are strict; the script made of them is not, unless it declares it.
      banner: { js: '"use strict";' },
      footer: { js: "submissionOfThisRealm.default" },
      platform: "neutral",
      target: "es2024",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
      tsconfigRaw: { compilerOptions: { target: "esnext", useDefineForClassFields: true } },
      plugins: [onlyOwnFiles(realpathSync(root), edit)],
    })
    const text = (suffix: string): string => outputFiles.find(({ path }) => path.endsWith(suffix))!.text
    return { script: text(".js"), map: text(".js.map") }
  } catch (error) {
    throw new SubmissionError(problemsOf(error, realpathSync(root)))
  }
}

/** Lets files of the submission import each other and the library. The library's own files import anything. */
function onlyOwnFiles(root: string, edit?: (path: string, source: string) => string): Plugin {
  /** The files that imports resolved to. Others, found by import patterns, are not read. */
  const resolved = new Set<string>()
  const taken = <T extends { readonly path: string }>(to: T): T => {
    resolved.add(to.path)
    return to
  }
  const isWithin = (path: string): boolean => !relative(root, path).startsWith("..") && relative(root, path) !== path
  return {
    name: "only own files",
    setup(compiler) {
      compiler.onResolve({ filter: /.*/ }, ({ path, importer, resolveDir, kind }) => {
        if (kind === "entry-point" || importer === "") return undefined
        // Resolved here rather than by the compiler, which would look in the folder for configuration files.
        if (importer === ENTRY) return taken({ path })
        // The library's modules have no side effects when loaded: unused ones are omitted.
        if (!isWithin(realpathSync(importer))) return taken({ path: resolve(resolveDir, path), sideEffects: false })
        if (path === "quorate") return taken({ path: LIBRARY, sideEffects: false })
        const wanted = path.startsWith(".") ? resolve(resolveDir, path) : undefined
        const found = wanted !== undefined && existsSync(wanted) ? ownFile(wanted, root, MAX_FILE_BYTES) : undefined
        if (found !== undefined) return "path" in found ? taken(found) : { errors: [{ text: found.problem }] }
        const text = `found an import of "${path}", expected "quorate" or a file of the submission such as "./log.ts"`
        return { errors: [{ text }] }
      })
      compiler.onLoad({ filter: /.*/ }, async ({ path }) => {
        if (!resolved.has(path)) {
          return { errors: [{ text: "found an import with a computed path, expected a literal one" }] }
        }
        if (!/\.(?:[cm]?[jt]sx?|css)$/.test(path)) return undefined
        const { readFile } = await import("node:fs/promises")
        const source = await readFile(path, "utf8")
        const edited = edit === undefined || !path.endsWith(".ts") ? source : edit(path, source)
        return { contents: withoutSourceMap(edited), loader: "default" }
      })
    },
  }
}

/** A source without a reference to a source map, otherwise unchanged: the compiler would read the file it names. */
function withoutSourceMap(source: string): string {
  return source.replaceAll(/([#@]\s*sourceMappingURL)=/g, "$1 ")
}

/** Maximum number of problems reported for one submission. */
const MAX_PROBLEMS = 20

function problemsOf(error: unknown, folder: string): string[] {
  const messages: unknown = error instanceof Error && "errors" in error ? error.errors : undefined
  if (!isMessages(messages)) throw error
  return messages.slice(0, MAX_PROBLEMS).map(({ text: said, location }) => {
    const text = said.replaceAll(/"[^"]*labs\/engine\/library\.[jt]s"/g, '"quorate"')
    if (location === null) return plainText(text)
    const file = relative(folder, resolve(location.file))
    return plainText(`${file}:${location.line}:${location.column + 1}: ${text}`)
  })
}

function isMessages(value: unknown): value is readonly Message[] {
  return (
    Array.isArray(value) && value.every(message => typeof message === "object" && message !== null && "text" in message)
  )
}
