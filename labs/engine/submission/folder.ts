/**
 * Folders of students: the lab of a folder, and the submission in it.
 *
 * `quorate lab new` writes the lab's name into the folder's package.json, under "quorate". A folder without it can
 * still be graded if the lab is named, for example when students hand in only the one file.
 */
import { type Dirent, existsSync, lstatSync, readdirSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { Lab } from "../lab.ts"
import { readOwnFile } from "./own-file.ts"
import { plainText } from "../plain-text.ts"
import { labs } from "../../registry.ts"
import { own } from "../../../runtime/lib/own.ts"

/** A submission of one student. */
export interface Submission {
  readonly lab: Lab
  /** The folder's name, or the file's. */
  readonly name: string
  readonly file: string
}

/** A submission whose lab is unknown; it is listed with the others, without points. */
export interface Misfit {
  readonly name: string
  readonly problem: string
}

export type HandedIn = Submission | Misfit

/** The reason why nothing can be graded there. */
export class FolderError extends Error {
  override readonly name = "FolderError"
}

/** Maximum size of a package.json to read. */
const MAX_FILE_BYTES = 100_000

/**
 * The lab that a folder was made for; `undefined` if it was not made for one.
 *
 * @throws FolderError if there is no such lab
 */
function labOf(folder: string): Lab | undefined {
  const path = join(folder, "package.json")
  const read = readOwnFile(path, folder, MAX_FILE_BYTES)
  const name = "text" in read ? labNameIn(read.text) : undefined
  if (name === undefined) return undefined
  const lab = own(labs, name)
  if (lab === undefined) {
    throw new FolderError(`${path}: there is no lab "${plainText(name, 100)}"; expected one of ${labNames()}`)
  }
  return lab
}

function labNameIn(text: string): string | undefined {
  try {
    const description: unknown = JSON.parse(text.replace(/^\uFEFF/, ""))
    const quorate: unknown = isRecord(description) ? description["quorate"] : undefined
    const name = isRecord(quorate) ? quorate["lab"] : undefined
    return typeof name === "string" ? name : undefined
  } catch {
    return undefined
  }
}

/** The lab folder that contains a folder, or is that folder. */
export function enclosingLab(folder: string): { readonly lab: Lab; readonly folder: string } | undefined {
  const lab = labOf(folder)
  if (lab !== undefined) return { lab, folder }
  return dirname(folder) === folder ? undefined : enclosingLab(dirname(folder))
}

/**
 * The submissions at a path: a file, a student's folder, or a folder of students' folders.
 *
 * In a folder of folders, a problem of one does not affect the others.
 *
 * @param lab their lab, if the folders do not name it
 * @param isSingle true to treat the path as one submission, whatever it looks like; the lab must be given
 * @throws FolderError
 */
export function submissionsAt(path: string, lab?: Lab, isSingle = false): readonly HandedIn[] {
  if (!existsSync(path)) throw new FolderError(`${path}: there is no such file or folder`)
  if (isSingle && statSync(path).isDirectory()) {
    if (lab === undefined) throw new FolderError("--single: which lab is it for? Name it with --lab")
    return [{ lab, name: basename(resolve(path)), file: resolve(path, lab.file) }]
  }
  if (!statSync(path).isDirectory()) {
    const meant = lab ?? labOf(dirname(resolve(path)))
    if (meant === undefined) throw new FolderError(`${path}: which lab is it for? Name it with --lab`)
    return [{ lab: meant, name: basename(path), file: resolve(path) }]
  }
  const meant = lab ?? labOf(path)
  if (meant !== undefined && (lab === undefined || isThere(join(path, meant.file)) || isLabFolder(path))) {
    if (!isLabFolder(path)) refuseStray(path, meant.file)
    return [{ lab: meant, name: basename(resolve(path)), file: resolve(path, meant.file) }]
  }
  const entries = readdirSync(path, { withFileTypes: true })
    .filter(entry => (entry.isDirectory() || leadsToFolder(path, entry)) && !entry.name.startsWith("."))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const all = entries.map(entry => handedIn(path, entry, lab))
  if (all.some(one => "lab" in one || one.isAttempt)) return all
  const expected = lab === undefined ? "a folder made by `quorate lab new`, or --lab" : lab.file
  throw new FolderError(`${path}: found no submission; expected ${expected}, here or in its folders`)
}

/**
 * Refuses a folder that contains both a lab's file and folders with one: it could be one submission, or a class with a
 * stray file.
 */
function refuseStray(path: string, file: string): void {
  const folders = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory())
  const [first] = folders.filter(({ name }) => !name.startsWith(".") && isThere(join(path, name, file)))
  if (first === undefined) return
  const found = `found ${file} here and in ${first.name}`
  throw new FolderError(`${path}: ${found}: a class, or one submission? Move ${file} away, or say --single`)
}

/** The submission of one student of a class; without the file, it is still graded, as empty. */
function handedIn(parent: string, entry: Dirent, lab: Lab | undefined): Submission | (Misfit & { isAttempt: boolean }) {
  const { name } = entry
  const folder = join(parent, name)
  if (!entry.isDirectory()) {
    return {
      name,
      problem: "found a link, expected a folder: links to other places are not followed",
      isAttempt: false,
    }
  }
  try {
    const meant = lab ?? labOf(folder)
    if (meant !== undefined) return { lab: meant, name, file: resolve(folder, meant.file) }
    return { name, problem: "its package.json names no lab: name it with --lab", isAttempt: false }
  } catch (error) {
    if (error instanceof FolderError) return { name, problem: error.message, isAttempt: true }
    throw error
  }
}

/** True if an entry with the name exists, of whatever kind, readable or not. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function isLabFolder(folder: string): boolean {
  try {
    return labOf(folder) !== undefined
  } catch {
    return true
  }
}

function leadsToFolder(parent: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return false
  try {
    return statSync(join(parent, entry.name)).isDirectory()
  } catch {
    return false
  }
}

export function labNames(): string {
  return Object.keys(labs).join(", ")
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}
