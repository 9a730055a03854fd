/**
 * Folders of students: which lab a folder is for, and where in it the submission lies.
 *
 * `quorate lab new` writes the lab's name into the folder's package.json, under "quorate". A folder without it can
 * still be graded if the lab is named, as when students hand in nothing but the one file.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { Lab } from "./lab.ts"
import { labs } from "./registry.ts"
import { own } from "../runtime/own.ts"

/** What was handed in by one student. */
export interface Submission {
  readonly lab: Lab
  /** The folder's name, or the file's. */
  readonly name: string
  readonly file: string
}

/** Why nothing can be graded there, in words. */
export class FolderError extends Error {
  override readonly name = "FolderError"
}

/** The lab that a folder was made for; `undefined` if it was not made for one. */
function labOf(folder: string): Lab | undefined {
  const path = join(folder, "package.json")
  if (!existsSync(path)) return undefined
  const name = labNameIn(readFileSync(path, "utf8"))
  if (name === undefined) return undefined
  const lab = own(labs, name)
  if (lab === undefined) throw new FolderError(`${path}: there is no lab "${name}"; expected one of ${labNames()}`)
  return lab
}

function labNameIn(text: string): string | undefined {
  try {
    const description: unknown = JSON.parse(text)
    const quorate: unknown = isRecord(description) ? description["quorate"] : undefined
    const name = isRecord(quorate) ? quorate["lab"] : undefined
    return typeof name === "string" ? name : undefined
  } catch {
    return undefined
  }
}

/** The lab folder that a folder lies in, itself included. */
export function enclosingLab(folder: string): { readonly lab: Lab; readonly folder: string } | undefined {
  const lab = labOf(folder)
  if (lab !== undefined) return { lab, folder }
  return dirname(folder) === folder ? undefined : enclosingLab(dirname(folder))
}

/**
 * The submissions at a path: a file, a student's folder, or a folder of students' folders.
 *
 * @param lab the lab they are for, if the folders do not say it
 * @throws FolderError
 */
export function submissionsAt(path: string, lab?: Lab): readonly Submission[] {
  if (!existsSync(path)) throw new FolderError(`${path}: there is no such file or folder`)
  if (statSync(path).isFile()) {
    const meant = lab ?? labOf(dirname(resolve(path)))
    if (meant === undefined) throw new FolderError(`${path}: which lab is it for? Name it with --lab`)
    return [{ lab: meant, name: basename(path), file: resolve(path) }]
  }
  const submitted = submissionIn(path, lab)
  if (submitted !== undefined) return [submitted]
  const all = readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .toSorted()
    .flatMap(name => submissionIn(join(path, name), lab) ?? missingIn(join(path, name), lab))
  if (all.length > 0) return all
  const expected = lab === undefined ? "a folder made by `quorate lab new`, or --lab" : lab.file
  throw new FolderError(`${path}: found no submission; expected ${expected}, here or in its folders`)
}

function submissionIn(folder: string, lab: Lab | undefined): Submission | undefined {
  const meant = lab ?? labOf(folder)
  if (meant === undefined) return undefined
  const file = resolve(folder, meant.file)
  return existsSync(file) || labOf(folder) !== undefined
    ? { lab: meant, name: basename(resolve(folder)), file }
    : undefined
}

/** In a class, a student whose file is missing is graded all the same, with nothing. */
function missingIn(folder: string, lab: Lab | undefined): readonly Submission[] {
  return lab === undefined ? [] : [{ lab, name: basename(folder), file: resolve(folder, lab.file) }]
}

export function labNames(): string {
  return Object.keys(labs).join(", ")
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}
