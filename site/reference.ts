/** The reference of the interface: the library's exports with their doc comments, as pages. */
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
    // The pages cover only the library's exports, not everything that their types mention.
    "--validation.notExported",
    "false",
    "--logLevel",
    "Warn",
  ]
  execFileSync(process.execPath, [typedoc, ...options], { stdio: "inherit", cwd: import.meta.dirname })
}
