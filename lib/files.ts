/** Folders and files of results: writable folders, and files that are either complete or absent. */
import * as Effect from "effect/Effect"
import { accessSync, closeSync, constants, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs"
import { rename, rm, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { reasonOf, StoreError, storeError } from "./errors.ts"

/**
 * Creates a folder and its parents, and ensures that it is writable; throws a {@link StoreError}.
 *
 * Folder by folder: a recursive call of Node.js never returns if a file system refuses with "no such file", as /proc
 * does.
 */
export function makeFolder(path: string): void {
  try {
    makeMissing(resolve(path))
    accessSync(path, constants.W_OK)
  } catch (error) {
    const reason = reasonOf(error) ?? (error instanceof Error ? error.message : String(error))
    throw new StoreError({ message: `${path}: results cannot be written here: ${reason}` })
  }
}

function makeMissing(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw new Error(`${path} is a file`)
  makeMissing(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have created it meanwhile, such as another shard started at the same moment.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

/** Writes a file under a temporary name, then renames it; an incomplete file is removed. */
export const writeWhole = (path: string, content: string | Uint8Array | Iterable<string>) =>
  Effect.tryPromise({
    try: async signal => {
      const part = `${path}.part`
      try {
        await writeFile(part, content, { signal })
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    catch: error => storeError(path, error),
  })

/** Characters per write. */
const PIECE = 1 << 16

/**
 * A file that is written piece by piece under a temporary name, and renamed when complete. All methods throw a {@link
 * StoreError}.
 */
export class GrowingFile {
  readonly #path: string
  readonly #part: string
  #file: number | undefined
  #text = ""

  constructor(path: string) {
    this.#path = path
    this.#part = `${path}.part`
    this.#file = this.#try(() => openSync(this.#part, "w"))
  }

  add(text: string): void {
    this.#text += text
    if (this.#text.length >= PIECE) this.#write()
  }

  /** Completes the file under its own name. */
  finish(): void {
    this.#write()
    this.#try(() => {
      closeSync(this.#file!)
      this.#file = undefined
      renameSync(this.#part, this.#path)
    })
  }

  /** Removes the incomplete file, unless it is finished. */
  discard(): void {
    if (this.#file === undefined) return
    closeSync(this.#file)
    this.#file = undefined
    rmSync(this.#part, { force: true })
  }

  #write(): void {
    const bytes = Buffer.from(this.#text)
    this.#text = ""
    this.#try(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file!, bytes, done)
    })
  }

  #try<A>(act: () => A): A {
    try {
      return act()
    } catch (error) {
      throw storeError(this.#path, error)
    }
  }
}

/** Joins small pieces of text into pieces large enough for a write each. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = ""
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE) continue
    yield piece
    piece = ""
  }
  if (piece !== "") yield piece
}
