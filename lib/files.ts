/** Folders and files of results: a folder that can be written to, files that are complete or not there. */
import * as Effect from "effect/Effect"
import { accessSync, closeSync, constants, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs"
import { rename, rm, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { reasonOf, StoreError, storeError } from "./errors.ts"

/**
 * Makes a folder, and those above it, and makes sure that it can be written to; throws a {@link StoreError}.
 *
 * Folder by folder: asked for all at once, Node.js does not come back where a file system refuses with "no such file",
 * as /proc does.
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
    // Another process may have made it meanwhile, such as another shard that started at the same moment.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

/** Writes a file under another name and then renames it; a part that cannot be written is removed. */
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

/** Characters that are written at a time. */
const PIECE = 1 << 16

/**
 * A file that is written bit by bit under another name, and renamed when it is whole. All methods throw a {@link StoreError}.
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

  /** Makes it a file under its own name. */
  finish(): void {
    this.#write()
    this.#try(() => {
      closeSync(this.#file!)
      this.#file = undefined
      renameSync(this.#part, this.#path)
    })
  }

  /** Removes what there is of it, unless it is finished. */
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

/** Small pieces of text as pieces that are worth a write each. */
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
