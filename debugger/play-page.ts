/** Makes playground pages: embeds a document in the built page, which is built on first use when run from source. */
import { existsSync } from "node:fs"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fingerprintOf, PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../lib/assets.ts"
import type { PlayDocument } from "./play-document.ts"

/** The page in the package, where scripts/build.ts puts it. */
const BUILT_PLAYGROUND = join("dist", "play", "index.html")

/** The folders whose code the page includes. */
const SOURCES = [
  "web/play",
  "web/look",
  "web/trace",
  "debugger",
  "scenarios",
  "runtime",
  "services",
  "algorithms",
  "lib",
]

/** The playground with a document opened: one HTML file. */
export async function playPage(document: PlayDocument | null): Promise<string> {
  const page = await emptyPage()
  if (!PLACE.test(page)) throw new Error("the built playground has no place for a document")
  // Escaped so that no text in it closes its element.
  const text = JSON.stringify(document).replaceAll("<", String.raw`\u003c`)
  return page.replace(PLACE, (_, open: string, close: string) => `${open}${text}${close}`)
}

const PLACE = /(<script id="play-document" type="application\/json">)\s*null\s*(<\/script>)/

async function emptyPage(): Promise<string> {
  if (!RUNS_FROM_SOURCE) return readFile(join(PACKAGE_ROOT, BUILT_PLAYGROUND), "utf8")
  const cache = join(PACKAGE_ROOT, "node_modules", ".cache", "quorate")
  const cached = join(cache, `play-${fingerprintOf(SOURCES)}.html`)
  if (!existsSync(cached)) {
    await mkdir(cache, { recursive: true })
    const fresh = join(cache, `play-${process.pid}.html`)
    await writeFile(fresh, await buildPlayground())
    // Atomic: concurrent builds of the same page end with the same file.
    await rename(fresh, cached)
  }
  return readFile(cached, "utf8")
}

/** Builds the page: algorithms, simulation, page and style in one file. */
export async function buildPlayground(): Promise<string> {
  const root = PACKAGE_ROOT
  const { build } = await import("esbuild")
  const folder = join(root, "web", "play")
  const bundled = async (entry: string): Promise<string> => {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [join(folder, entry)],
      outdir: "out",
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      logLevel: "warning",
    })
    return outputFiles[0]!.text
  }
  const [page, style, script] = await Promise.all([
    readFile(join(folder, "index.html"), "utf8"),
    bundled("style.css"),
    bundled("main.tsx"),
  ])
  // Escaped so that no text in the script closes its element.
  const safe = script.replaceAll("</script", String.raw`<\/script`)
  return page.replace("/*style*/", () => style.trim()).replace("/*script*/", () => safe.trim())
}
