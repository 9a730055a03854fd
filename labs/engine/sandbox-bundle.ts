/**
 * The modules of the sandbox in a checkout, bundled once and again whenever their sources change.
 *
 * A submission's process starts with Node's permission model, under which there is no compile cache: from source, each
 * process and each thread would compile all labs and algorithms again, which takes 2 s of processor time per
 * submission.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fingerprintOf, PACKAGE_ROOT } from "../../lib/assets.ts"

/** The folder of the bundle that this module is in; the bundler defines it. */
declare const SANDBOX_BUNDLE: string | undefined

/** True if this module is part of such a bundle. */
export const IN_BUNDLE = typeof SANDBOX_BUNDLE === "string"

const ENTRIES = ["compiler", "grader", "worker"].map(name => join("labs", "sandbox", `${name}.ts`))

/** The folders whose code the bundle includes. */
const SOURCES = [
  "labs",
  "runtime",
  "services",
  "algorithms",
  "scenarios",
  "checking",
  "experiments",
  "analysis",
  "debugger",
  "lib",
]

/** Lets bundled CommonJS modules call `require`. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);"

let known: string | undefined

/** The folder with the bundled modules. */
export function bundledSandbox(): string {
  known ??= typeof SANDBOX_BUNDLE === "string" ? SANDBOX_BUNDLE : build()
  return known
}

function build(): string {
  const cache = join(PACKAGE_ROOT, "node_modules", ".cache", "quorate")
  const folder = join(cache, `sandbox-${fingerprintOf(SOURCES)}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(cache, "build-"))
  const require = createRequire(import.meta.url)
  const { buildSync }: typeof import("esbuild") = require("esbuild")
  buildSync({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: ENTRIES,
    outdir: fresh,
    outbase: join("labs", "sandbox"),
    bundle: true,
    splitting: true,
    external: ["esbuild"],
    banner: { js: REQUIRE },
    platform: "node",
    format: "esm",
    target: "node22",
    minifySyntax: true,
    minifyWhitespace: true,
    define: { SANDBOX_BUNDLE: JSON.stringify(folder) },
    logLevel: "silent",
  })
  try {
    renameSync(fresh, folder)
  } catch (error) {
    // Another process has built the same bundle meanwhile.
    if (!existsSync(folder)) throw error
    rmSync(fresh, { recursive: true })
  }
  return folder
}
