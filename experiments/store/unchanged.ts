/**
 * Recognizes results that are up to date: neither their inputs nor their files have changed since they were written. Then
 * nothing needs to be run, written or drawn, and the conclusion is printed again.
 *
 * Files of results and of the workbench are compared by size and modification time, since reading them all would take longer
 * than many a sweep; specs and outside algorithms are compared by content.
 */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { codeStamp, packageVersion } from "../../lib/assets.ts"
import { reasonOf } from "../../lib/errors.ts"
import { outsideFingerprint } from "../../scenarios/outside/fingerprint.ts"

/** The file in a folder of results with the conclusion printed at the end of the run. */
export const CONCLUSION_FILE = "conclusion.json"

/** Files in a folder of results that are not compared. */
const IGNORED = new Set([CONCLUSION_FILE, "runs.sqlite.lock"])

/** Everything that determines the results and the printed conclusion, except the code. */
export interface Request {
  /** The path of the spec, and its text. */
  readonly file: string
  readonly spec: string
  /** The cells to run, if not all. */
  readonly only: string | undefined
  /** Modules with algorithms, as given on the command line. */
  readonly algorithms: readonly string[]
  /** The results folder, as printed. */
  readonly outDir: string
}

interface Kept<Conclusion> {
  /** A fingerprint of the request, and one of everything below, which detects edits of the file. */
  readonly request: string
  readonly seal: string
  /** Outside modules with their fingerprints. */
  readonly outside: readonly (readonly [path: string, fingerprint: string])[]
  /** Result files with size and modification time. */
  readonly files: readonly (readonly [name: string, stamp: string])[]
  readonly conclusion: Conclusion
}

/** The conclusion for a request, stored beside its results: plain data. */
export class KeptConclusion<Conclusion> {
  readonly #folder: string
  readonly #file: string
  readonly #request: string

  constructor(request: Request) {
    this.#folder = request.outDir
    this.#file = join(this.#folder, CONCLUSION_FILE)
    const { file, spec, only = null, algorithms, outDir } = request
    const whence = [packageVersion(), codeStamp(), process.cwd()]
    this.#request = hashOf([...whence, resolve(file), spec, only, algorithms, outDir])
  }

  /**
   * Stores a conclusion. If it cannot be written, the results are recomputed next time.
   *
   * @param outside all outside modules that the results come from
   */
  keep(conclusion: Conclusion, outside: readonly string[]): void {
    const kept = {
      request: this.#request,
      outside: outside.map(path => [path, outsideFingerprint(path)] as const),
      files: filesIn(this.#folder).map(name => [name, stampOf(join(this.#folder, name))] as const),
      conclusion,
    }
    try {
      writeFileSync(this.#file, JSON.stringify({ ...kept, seal: sealOf(kept) }))
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
    }
  }

  /** The conclusion of an earlier run, if its results are up to date. */
  find(): Conclusion | undefined {
    const kept = this.#read()
    if (kept === undefined || kept.request !== this.#request || kept.seal !== sealOf(kept)) return undefined
    const isAsBefore =
      kept.files.every(([name, stamp]) => stampOf(join(this.#folder, name)) === stamp) &&
      kept.outside.every(([path, fingerprint]) => existsSync(path) && outsideFingerprint(path) === fingerprint)
    return isAsBefore ? kept.conclusion : undefined
  }

  /** The content of the file. If it was edited, its request or seal does not match. */
  #read(): Kept<Conclusion> | undefined {
    try {
      const kept: Kept<Conclusion> | null = JSON.parse(readFileSync(this.#file, "utf8"))
      return kept ?? undefined
    } catch (error) {
      if (error instanceof SyntaxError || reasonOf(error) !== undefined) return undefined
      throw error
    }
  }
}

function sealOf({ outside, files, conclusion }: Omit<Kept<unknown>, "request" | "seal">): string {
  return hashOf([outside, files, conclusion])
}

function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
}

function filesIn(folder: string, below = ""): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap(entry => {
    const name = join(below, entry.name)
    if (entry.isDirectory()) return filesIn(folder, name)
    return entry.isFile() && !IGNORED.has(name) ? [name] : []
  })
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? "" : `${found.size} ${found.mtimeMs}`
}
