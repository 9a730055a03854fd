/** Another revision of this project, checked out beside this one for as long as it is needed. */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { PACKAGE_ROOT } from "../lib/assets.ts"

export interface Revision extends AsyncDisposable {
  /** Its folder. */
  readonly root: string
  /** Its commit, short. */
  readonly commit: string
}

/** There is no such revision, or nothing to take it from. */
export class RevisionError extends Error {
  override readonly name = "RevisionError"
}

/**
 * Checks a revision out in a temporary worktree. It uses this checkout's packages if it depends on the same ones; otherwise
 * its own are installed.
 *
 * @param ref a branch, tag or commit
 */
export async function checkOut(ref: string, signal: AbortSignal): Promise<Revision> {
  const git = (...args: readonly string[]) => execute("git", args, PACKAGE_ROOT, signal)
  if (!existsSync(join(PACKAGE_ROOT, ".git"))) {
    throw new RevisionError(`${ref}: revisions are compared in a Git checkout of Quorate; this is an installed package`)
  }
  const commit = await git("rev-parse", "--short", "--verify", "--quiet", `${ref}^{commit}`).catch(() => {
    signal.throwIfAborted()
    throw new RevisionError(`${ref}: there is no such revision`)
  })
  const folder = mkdtempSync(join(tmpdir(), "quorate-revision-"))
  const root = join(folder, "quorate")
  const remove = async (): Promise<void> => {
    // Without the signal: clean up after an interruption, too.
    await promisify(execFile)("git", ["worktree", "remove", "--force", root], { cwd: PACKAGE_ROOT }).catch(() => {})
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await git("worktree", "add", "--detach", "--quiet", root, commit)
    await providePackages(root, signal)
  } catch (error) {
    await remove()
    throw error
  }
  return { root, commit, [Symbol.asyncDispose]: remove }
}

async function providePackages(root: string, signal: AbortSignal): Promise<void> {
  const lock = (folder: string): string => readFileSync(join(folder, "package-lock.json"), "utf8")
  if (lock(root) === lock(PACKAGE_ROOT)) symlinkSync(join(PACKAGE_ROOT, "node_modules"), join(root, "node_modules"))
  else await execute("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], root, signal)
}

/** The commit and branch of this checkout; empty outside of one. */
export async function currentRevision(): Promise<{ readonly commit: string; readonly branch: string }> {
  const read = (...args: readonly string[]) => execute("git", args, PACKAGE_ROOT).catch(() => "")
  if (!existsSync(join(PACKAGE_ROOT, ".git"))) return { commit: "", branch: "" }
  return { commit: await read("rev-parse", "HEAD"), branch: await read("rev-parse", "--abbrev-ref", "HEAD") }
}

async function execute(command: string, args: readonly string[], cwd: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, signal === undefined ? { cwd } : { cwd, signal })
  return stdout.trim()
}
