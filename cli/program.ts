/** The name of this program, in commands that are printed to be typed. */
import { join, relative } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../lib/assets.ts"

/** A path as one would type it here. */
export function near(path: string): string {
  const way = relative("", path)
  return way.startsWith("..") ? path : way
}

/**
 * The program: from a checkout, its launcher; where npm runs it, what npm finds.
 *
 * @param isElsewhere the command is to be typed in another folder than this
 */
export function programName(isElsewhere = false): string {
  const launcher = join(PACKAGE_ROOT, "cli", "quorate")
  if (RUNS_FROM_SOURCE) return isElsewhere ? launcher : near(launcher)
  return process.env["npm_command"] === undefined ? "quorate" : "npx quorate"
}

/** The program and its first arguments, for who starts it from any folder. */
export function programWords(): readonly string[] {
  const name = programName(true)
  return RUNS_FROM_SOURCE ? [name] : name.split(" ")
}
