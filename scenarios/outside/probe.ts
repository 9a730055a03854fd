/** The process that imports an outside module first, so that one that never returns does no harm. */
import { pathToFileURL } from "node:url"
import { showError } from "../../runtime/lib/show.ts"
import { serveQuorate } from "./serve.ts"

const [path = ""] = process.argv.slice(2)

/** Reports the outcome to the parent, and exits, which ends whatever the module left running. */
function conclude(rejection?: unknown): void {
  const message = rejection === undefined ? {} : { rejection: showError(rejection) }
  process.send?.(message, () => process.exit(0))
}

process.on("unhandledRejection", conclude)
serveQuorate()
try {
  await import(/* @vite-ignore */ pathToFileURL(path).href)
} catch {
  // Exceptions of the module are reported by the next importer.
}
// Rejections of promises become known one turn later.
setImmediate(() => setImmediate(() => conclude()))
