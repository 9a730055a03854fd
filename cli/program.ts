/** The name of this program, for commands that are printed for users to type. */
import { join, relative } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../lib/assets.ts"

/** A path as one would type it here. */
export function near(path: string): string {
  const way = relative("", path)
  return way.startsWith("..") ? path : way
}

/**
 * The program: a checkout's launcher, or the command that npm finds.
 *
 * @param isElsewhere true if the command will be typed in another folder
 */
export function programName(isElsewhere = false): string {
  const launcher = join(PACKAGE_ROOT, "cli", "quorate")
  if (RUNS_FROM_SOURCE) return isElsewhere ? launcher : near(launcher)
  return process.env["npm_command"] === undefined ? "quorate" : "npx quorate"
}

/** The program and its first arguments, to start it from any folder. */
export function programWords(): readonly string[] {
  const name = programName(true)
  return RUNS_FROM_SOURCE ? [name] : name.split(" ")
}
