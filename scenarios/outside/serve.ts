/** Resolves imports of outside modules: `quorate` is the workbench that loads them. */
import { Console } from "node:console"
import { readFileSync } from "node:fs"
import * as nodeModule from "node:module"
import { join } from "node:path"
import { Writable } from "node:stream"
import { fileURLToPath, pathToFileURL } from "node:url"
import { showControls } from "../../runtime/lib/show.ts"
import { entryFile } from "../../lib/assets.ts"

/** The main module of a package as seen from a folder. */
export function packagePath(name: string, folder: string): string | undefined {
  lookedUp = undefined
  const parentURL = pathToFileURL(join(folder, "anything.js")).href
  try {
    // Only runs the hook below, which knows how packages are found; nothing is loaded.
    import.meta.resolve(LOOK_UP + JSON.stringify([name, parentURL]))
  } catch {
    return undefined
  }
  return lookedUp
}

const LOOK_UP = "quorate-look-up:"
let lookedUp: string | undefined
let isServed = false

/**
 * Makes `import ... from "quorate"` resolve to this very workbench, wherever the importing file is, and restricts the
 * console.
 */
export function serveQuorate(): void {
  if (isServed) return
  isServed = true
  tameConsole()
  const self = pathToFileURL(entryFile("index")).href
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "quorate") return next(self, context)
      if (specifier.startsWith(LOOK_UP)) {
        const [name, parentURL]: [string, string] = JSON.parse(specifier.slice(LOOK_UP.length))
        const found = next(name, { ...context, parentURL })
        if (found.url.startsWith("file:")) lookedUp = fileURLToPath(found.url)
        return { url: "node:module", shortCircuit: true }
      }
      return asModule(next(specifier, context))
    },
  })
}

/**
 * Lets modules write only to the error stream, away from the command's results, and without control characters that a
 * terminal would obey.
 */
function tameConsole(): void {
  const shown = new Writable({
    decodeStrings: false,
    write(text: unknown, _encoding, done) {
      process.stderr.write(showControls(String(text)))
      done()
    },
  })
  globalThis.console = new Console(shown, shown)
}

/**
 * Treats a user's file as a module whatever the package.json beside it declares: `npm init -y` writes `"type":
 * "commonjs"`. Packages keep their own type, and so do JavaScript files without an `import` or `export`.
 */
function asModule(found: nodeModule.ResolveFnOutput): nodeModule.ResolveFnOutput {
  const { url, format } = found
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return found
  if (url.endsWith(".ts") && format !== "module-typescript") return { ...found, format: "module-typescript" }
  if (url.endsWith(".js") && format === "commonjs" && isWrittenAsModule(url)) return { ...found, format: "module" }
  return found
}

function isWrittenAsModule(url: string): boolean {
  try {
    return /^\s*(?:import|export)\b/m.test(readFileSync(new URL(url), "utf8"))
  } catch {
    return false
  }
}
