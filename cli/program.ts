/** What a user types for this program, in commands that are printed to be typed. */
import { join, relative } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../experiments/assets.ts"

/** A path as one would type it here. */
export function near(path: string): string {
  const way = relative("", path)
  return way.startsWith("..") ? path : way
}

/** The program: from a checkout, its launcher; where npm runs it, what npm finds. */
export function programName(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  if (RUNS_FROM_SOURCE) return near(join(PACKAGE_ROOT, "cli", "quorate"))
  return environment["npm_command"] === undefined ? "quorate" : "npx quorate"
}
