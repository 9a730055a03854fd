/** Errors about files of results, in words. */
import * as Data from "effect/Data"
import { existsSync } from "node:fs"
import { dirname } from "node:path"

/**
 * The results cannot be written or read: the disk is full, the folder is read-only or in use, or the file is damaged.
 */
export class StoreError extends Data.TaggedError("StoreError")<{
  readonly message: string
  /** The disk is full or failed, which is no mistake of the user. */
  readonly isDiskFailure?: boolean
}> {}

/** Result codes of SQLite, https://sqlite.org/rescode.html; extended codes have the primary one in their low byte. */
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/**
 * Converts an error of the file system or SQLite into a {@link StoreError} about a file; any other error is a bug and
 * stays.
 */
export function storeError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const reason = reasonOf(error)
  if (reason === undefined) throw error
  return new StoreError({ message: `${path}: ${reason}`, isDiskFailure: isDiskFailure(error) })
}

function isDiskFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ("errcode" in error) return [SQLITE_IOERR, SQLITE_FULL].includes(Number(error.errcode) & 0xff)
  return "code" in error && ["ENOSPC", "EDQUOT", "EIO"].includes(String(error.code))
}

/** The reason why a file cannot be used; `undefined` if the error is not about a file. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ("errcode" in error && typeof error.errcode === "number") return sqliteReason(error.errcode & 0xff, error.message)
  return "code" in error && typeof error.code === "string" ? systemReason(error.code, error.message) : undefined
}

/** The reason why a file could not be written; rethrows an error that is not about a file. */
export function whyNotWritten(file: string, error: unknown): string {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
  if (isMissing && !existsSync(dirname(file))) return `there is no folder ${dirname(file)}`
  const reason = reasonOf(error)
  if (reason === undefined) throw error
  return reason
}

function sqliteReason(code: number, message: string): string {
  switch (code) {
    case SQLITE_BUSY:
      return "another process is writing to it"
    case SQLITE_READONLY:
      return "it is read-only"
    case SQLITE_IOERR:
    case SQLITE_FULL:
      return "the disk is full, or failed"
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "not a results store, or a damaged one; move it away and run again"
    case SQLITE_CANTOPEN:
      return "it cannot be opened: permission denied, or no such folder"
    default:
      return message
  }
}

function systemReason(code: string, message: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied"
    case "EROFS":
      return "the file system is read-only"
    case "ENOENT":
      return "the file system does not allow it"
    case "ENOTDIR":
      return "a part of the path is a file"
    case "EISDIR":
      return "this is a folder"
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full"
    default:
      return message
  }
}
