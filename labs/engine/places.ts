/** The places of the labs' files, run from source and from the built package alike. */
import { join } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../../lib/assets.ts"
import { bundledSandbox, IN_BUNDLE } from "./sandbox-bundle.ts"

/** A checkout has sources; the package has its modules file by file here, so that only the modules used are included. */
const isCheckout = RUNS_FROM_SOURCE || IN_BUNDLE
const LIBRARY_ROOT = isCheckout ? PACKAGE_ROOT : join(PACKAGE_ROOT, "dist", "library")
const suffix = isCheckout ? ".ts" : ".js"

/** The module that "quorate" resolves to in a submission. */
export const LIBRARY = join(LIBRARY_ROOT, "labs", "engine", `library${suffix}`)

/** The module that opens a realm for a submission; it is compiled into the submission's script. */
export const REALM = join(LIBRARY_ROOT, "labs", "sandbox", `realm${suffix}`)

/** A module of the sandbox, started by its path: the package contains it built, a checkout builds it on first use. */
export function sandboxModule(name: "compiler" | "grader" | "worker"): string {
  const folder = isCheckout ? bundledSandbox() : join(PACKAGE_ROOT, "dist", "labs", "sandbox")
  return join(folder, `${name}.js`)
}

/** A file of a lab that students get: its hand-out, its skeleton. */
export function handoutFile(lab: string, file: "README.md" | "skeleton.ts" | "skeleton.yaml"): string {
  return join(PACKAGE_ROOT, "labs", lab, file)
}
