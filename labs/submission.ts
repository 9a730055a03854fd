/**
 * Compiles what a student handed in, with what it imports, into one script for the sandbox.
 *
 * A submission may import "quorate" and its own files, nothing else: the compiler, which runs on the trusted side,
 * reads no file outside the submission's folder on its behalf.
 */
import { existsSync, realpathSync, statSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import type { Message, Plugin } from "esbuild"
import { LIBRARY, REALM } from "./places.ts"
import type { Program } from "./sandbox/remote.ts"

/** The submission cannot be compiled: one line a problem, with file:line:column. */
export class SubmissionError extends Error {
  override readonly name = "SubmissionError"
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join("\n"))
    this.problems = problems
  }
}

/** Largest source that a submission may have, in bytes. */
const LARGEST_FILE = 1 << 20

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
  if (!existsSync(file)) throw new SubmissionError([`${file}: there is no such file`])
  const entry = [
    `import { openRealm } from ${JSON.stringify(REALM)}`,
    `import * as submission from ${JSON.stringify(resolve(file))}`,
    "export default () => openRealm(submission)",
  ].join("\n")
  const { build } = await import("esbuild")
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: dirname(REALM), sourcefile: "entry.js" },
      bundle: true,
      write: false,
      outfile: "submission.js",
      format: "iife",
      globalName: "submissionOfThisRealm",
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
    throw new SubmissionError(problemsOf(error, dirname(file)))
  }
}

/** Lets files of the submission import each other and the library. The library's own files import what they like. */
function onlyOwnFiles(root: string, edit?: (path: string, source: string) => string): Plugin {
  const isWithin = (path: string): boolean => !relative(root, path).startsWith("..") && relative(root, path) !== path
  return {
    name: "only own files",
    setup(compiler) {
      compiler.onResolve({ filter: /.*/ }, ({ path, importer, resolveDir, kind }) => {
        if (kind === "entry-point" || importer === "" || importer.endsWith("entry.js")) return undefined
        // The library's modules do nothing by being loaded: those that are not used are left out.
        if (!isWithin(realpathSync(importer))) return { path: resolve(resolveDir, path), sideEffects: false }
        if (path === "quorate") return { path: LIBRARY, sideEffects: false }
        const found = path.startsWith(".") ? resolve(resolveDir, path) : undefined
        if (found !== undefined && existsSync(found) && isWithin(realpathSync(found))) return { path: found }
        const text = `found an import of "${path}", expected "quorate" or a file of the submission such as "./log.ts"`
        return { errors: [{ text }] }
      })
      compiler.onLoad({ filter: /.*/ }, ({ path }) =>
        isWithin(path) && statSync(path).size > LARGEST_FILE
          ? { errors: [{ text: `more than ${LARGEST_FILE} bytes` }] }
          : undefined,
      )
      if (edit !== undefined) {
        compiler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
          const { readFile } = await import("node:fs/promises")
          return { contents: edit(path, await readFile(path, "utf8")), loader: "ts" }
        })
      }
    },
  }
}

function problemsOf(error: unknown, folder: string): string[] {
  const messages: unknown = error instanceof Error && "errors" in error ? error.errors : undefined
  if (!isMessages(messages)) throw error
  return messages.map(({ text, location }) => {
    if (location === null) return text
    const file = relative(folder, resolve(location.file))
    return `${file}:${location.line}:${location.column + 1}: ${text}`
  })
}

function isMessages(value: unknown): value is readonly Message[] {
  return (
    Array.isArray(value) && value.every(message => typeof message === "object" && message !== null && "text" in message)
  )
}
