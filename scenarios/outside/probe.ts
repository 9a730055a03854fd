/** The process that imports a module from outside first, so that one that never comes back does no harm. */
import { pathToFileURL } from "node:url"
import { showError } from "../../runtime/lib/show.ts"
import { serveQuorate } from "./serve.ts"

const [path = ""] = process.argv.slice(2)

/** Reports the outcome to the parent, and ends whatever the module has left running. */
function conclude(rejection?: unknown): void {
  const message = rejection === undefined ? {} : { rejection: showError(rejection) }
  process.send?.(message, () => process.exit(0))
}

process.on("unhandledRejection", conclude)
serveQuorate()
try {
  await import(/* @vite-ignore */ pathToFileURL(path).href)
} catch {
  // What the module throws is reported by those who import it next.
}
// A promise that was rejected meanwhile is known a turn later.
setImmediate(() => setImmediate(() => conclude()))
