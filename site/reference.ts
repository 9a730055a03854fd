/** The reference of the interface: what the library exports, with its doc comments, as pages. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { PAGES, ROOT } from "./pages.ts"

/** Writes the pages of `reference/`. */
export function writeReference(): void {
  const typedoc = join(import.meta.dirname, "node_modules", "typedoc", "bin", "typedoc")
  const options = [
    "--plugin",
    "typedoc-plugin-markdown",
    "--entryPoints",
    join(ROOT, "index.ts"),
    "--tsconfig",
    join(import.meta.dirname, "tsconfig.reference.json"),
    "--out",
    join(PAGES, "reference"),
    "--readme",
    "none",
    "--name",
    "Reference",
    "--disableSources",
    "--hidePageHeader",
    "--hideBreadcrumbs",
    "--entryFileName",
    "index",
    "--skipErrorChecking",
    "--excludeInternal",
    // The pages are of what the library exports, not of all that its types mention.
    "--validation.notExported",
    "false",
    "--logLevel",
    "Warn",
  ]
  execFileSync(process.execPath, [typedoc, ...options], { stdio: "inherit", cwd: import.meta.dirname })
}
