/** Where the labs' files lie, run from source and from the built package alike. */
import { join } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../../lib/assets.ts"

/** A module of the project: its source, or what `scripts/build.ts` made of it. */
function modulePath(...path: readonly string[]): string {
  const last = path.at(-1)!
  return RUNS_FROM_SOURCE
    ? join(PACKAGE_ROOT, ...path.slice(0, -1), `${last}.ts`)
    : join(PACKAGE_ROOT, "dist", ...path.slice(0, -1), `${last}.js`)
}

/** Modules that are compiled into submissions: in the package, file by file, so that only what is used goes in. */
const LIBRARY_ROOT = RUNS_FROM_SOURCE ? PACKAGE_ROOT : join(PACKAGE_ROOT, "dist", "library")
const suffix = RUNS_FROM_SOURCE ? ".ts" : ".js"

/** What "quorate" means in a submission. */
export const LIBRARY = join(LIBRARY_ROOT, "labs", "engine", `library${suffix}`)

/** The parts of the sandbox that are compiled or started by their path. */
export const REALM = join(LIBRARY_ROOT, "labs", "sandbox", `realm${suffix}`)
export const WORKER = modulePath("labs", "sandbox", "worker")
export const COMPILER = modulePath("labs", "sandbox", "compiler")
export const GRADER = modulePath("labs", "sandbox", "grader")

/** A file of a lab that students get: its hand-out, its skeleton. */
export function handoutFile(lab: string, file: "README.md" | "skeleton.ts" | "skeleton.yaml"): string {
  return join(PACKAGE_ROOT, "labs", lab, file)
}
