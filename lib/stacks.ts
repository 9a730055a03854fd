/** Stack traces of bundled code in terms of its sources. */
import { readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { dirname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/**
 * A stack trace in which places in bundles are replaced by those in sources, if the bundle has a source map.
 *
 * Node.js does that too (`--enable-source-maps`), but reads all maps when it loads the modules, which makes starting
 * take half as long again.
 */
export function inSources(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>()
  return stack.replaceAll(
    /(file:\/\/[^\s()]+):(\d+):(\d+)/g,
    (place: string, url: string, line: string, column: string) => {
      if (!maps.has(url)) maps.set(url, mapBeside(url))
      const found = maps.get(url)?.findEntry(Number(line) - 1, Number(column) - 1)
      if (found === undefined || !("originalSource" in found)) return place
      const source = resolve(dirname(fileURLToPath(url)), found.originalSource)
      return `${pathToFileURL(source).href}:${found.originalLine + 1}:${found.originalColumn + 1}`
    },
  )
}

function mapBeside(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")))
  } catch {
    // A source itself, or a bundle without a map.
    return undefined
  }
}
