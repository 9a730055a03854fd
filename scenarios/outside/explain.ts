/** Explains why a module could not be loaded, with the place. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { shortened, showError } from "../../runtime/lib/show.ts"
import { localImports } from "./fingerprint.ts"

/** A problem, and its place in the user's code if known. */
export interface OutsideProblem {
  readonly message: string
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
}

/**
 * @param error what `import` threw
 * @param path the path of the module to load
 */
export function explainImport(error: unknown, path: string): OutsideProblem {
  if (!(error instanceof Error))
    return { message: `it throws while it loads: ${showError(error)}`, place: startOf(path) }
  switch ("code" in error ? error.code : undefined) {
    case "ERR_MODULE_NOT_FOUND":
      return missingImport(error.message, path)
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return {
        message: "a package must bring JavaScript: Node.js strips no types in node_modules",
        place: startOf(path),
      }
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return { message: "no module; expected a file whose name ends in .ts, .mts, .js or .mjs", place: startOf(path) }
    case "ERR_INVALID_TYPESCRIPT_SYNTAX":
    case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
      return { message: oneLine(error.message), place: placeIn(error.stack ?? "") ?? startOf(path) }
  }
  if (error instanceof SyntaxError) {
    const place = placeIn(error.stack ?? "") ?? placeOfSyntaxError(path)
    return { message: oneLine(error.message), place: place ?? startOf(path) }
  }
  const message = `it throws while it loads: ${oneLine(error.message)}`
  return { message, place: firstFrame(error) ?? startOf(path) }
}

/** `Cannot find module '/a/b.ts' imported from /a/c.ts`, at the line that imports it. */
function missingImport(message: string, path: string): OutsideProblem {
  const [, kind, wanted = "", importer = path] = /^Cannot find (\w+) '(.*)' imported from (.*)$/.exec(message) ?? []
  const file = importer.startsWith("file:") ? fileURLToPath(importer) : importer
  const name = wanted.split("/").at(-1)!
  const lines = textOf(file).split("\n")
  const line = lines.findIndex(text => /\b(?:from|import)\b/.test(text) && text.includes(name))
  const what = kind === "package" ? `the package ${wanted} is not installed` : `there is no ${relative("", wanted)}`
  return { message: what, place: line < 0 ? startOf(file) : { file, line: line + 1, column: 1 } }
}

/** The place that Node.js prints above some error messages: file and line, the line itself, and a caret. */
function placeIn(text: string) {
  const match = /^(file:\/\/\S+|\/\S+|[A-Za-z]:\\\S+):(\d+)\n(?:.*\n)*?( *)\^/m.exec(text)
  if (match === null) return undefined
  const [, file = "", line, indent = ""] = match
  return {
    file: file.startsWith("file:") ? fileURLToPath(file) : file,
    line: Number(line),
    column: indent.length + 1,
  }
}

/** A syntax error does not tell its place; Node.js's own check does. */
function placeOfSyntaxError(path: string) {
  for (const file of [path, ...localImports(path)]) {
    const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 })
    const place = placeIn(stderr)
    if (place !== undefined) return place
  }
  return undefined
}

/** The first frame of an error's stack that is in the user's code. */
function firstFrame({ stack = "" }: Error) {
  for (const [, url = "", line, column] of stack.matchAll(/\(?(file:\/\/[^\s()]+):(\d+):(\d+)\)?$/gm)) {
    return { file: fileURLToPath(url.split("?")[0]!), line: Number(line), column: Number(column) }
  }
  return undefined
}

function startOf(file: string) {
  return { file, line: 1, column: 1 }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

function oneLine(message: string): string {
  return shortened(message).replaceAll(/\s*\n\s*/g, " ")
}
