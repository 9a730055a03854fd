/** The code of a report's page as one script: prebuilt in the package, or built from sources in a checkout. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { besideModule, PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../../lib/assets.ts"

/** The place of the built code in the package. */
const PAGE_SCRIPT = join("dist", "report-page.js")

export const PAGE_ENTRY = join("web", "report", "main.tsx")

/** The drawing library. */
export function vegaCode(): Promise<string> {
  return readFile(besideModule("vega", "vega.min.js"), "utf8")
}

/** The page's own code. */
export async function pageCode(): Promise<string> {
  if (!RUNS_FROM_SOURCE) return readFile(join(PACKAGE_ROOT, PAGE_SCRIPT), "utf8")
  const { build } = await import("esbuild")
  const { outputFiles } = await build({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: [PAGE_ENTRY],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
    logLevel: "silent",
  })
  return outputFiles[0]!.text
}
