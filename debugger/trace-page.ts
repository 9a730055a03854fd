/** Makes trace pages: embeds a document in the built page, which is built on first use when run from source. */
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import * as bundledRegistry from "../algorithms/registry.ts"
import { fingerprintOf, packageVersion, PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../lib/assets.ts"
import type { Registry } from "../scenarios/cell.ts"
import type { ReplayableRun } from "./replay.ts"
import { type TraceDocument, traceDocument } from "./tracing/document.ts"

/** The folder in which scripts/build.ts puts the page of the package. */
const BUILT_PAGE = join(PACKAGE_ROOT, "dist", "trace")

/** The folders whose code the page includes. */
const SOURCES = [
  "web/look",
  "web/trace",
  "debugger",
  "scenarios",
  "runtime",
  "services",
  "algorithms",
  "experiments",
  "analysis",
  "lib",
]

/**
 * The trace page of a run: one HTML file.
 *
 * @param run the run to show
 * @param command the command that recreates this page
 */
export async function tracePage(run: ReplayableRun, command: string): Promise<string> {
  const { id, title, written, scenario, seed } = run
  const isOutside = bundledRegistry.algorithms[scenario.algorithm.name] !== scenario.algorithm
  const runnable = { ...(title === undefined ? {} : { title }), scenario: written, seed }
  const origin = { name: id, command, version: packageVersion(), isOutside }
  return withDocument(await emptyPage(), traceDocument(runnable, onlyFor(run), origin))
}

/** A registry with only what one run needs. */
function onlyFor({ scenario: { algorithm, service } }: ReplayableRun): Registry {
  return {
    algorithms: { [algorithm.name]: algorithm },
    services: { [service.name]: service },
    serviceFor: () => service,
  }
}

const PLACE = /(<script id="trace-document" type="application\/json">)\s*null\s*(<\/script>)/

/** Puts a document into an empty page. */
function withDocument(page: string, document: TraceDocument): string {
  if (!PLACE.test(page)) throw new Error("the built trace page has no place for a document")
  // Escaped so that no text in a message closes its element.
  const text = JSON.stringify(document).replaceAll("<", "\\u003c")
  return page.replace(PLACE, (_, open: string, close: string) => `${open}${text}${close}`)
}

async function emptyPage(): Promise<string> {
  if (!RUNS_FROM_SOURCE) return readFile(join(BUILT_PAGE, "index.html"), "utf8")
  const cache = join(PACKAGE_ROOT, "node_modules", ".cache", "quorate")
  const cached = join(cache, `trace-${fingerprintOf(SOURCES)}.html`)
  if (!existsSync(cached)) {
    await mkdir(cache, { recursive: true })
    const folder = await mkdtemp(join(cache, "build-"))
    await buildPage(folder)
    // Atomic: concurrent builds of the same page end with the same file.
    await rename(join(folder, "index.html"), cached)
    await rm(folder, { recursive: true })
  }
  return readFile(cached, "utf8")
}

/** Builds the page into a folder, in a separate process: the bundler is not part of the package. */
export async function buildPage(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(PACKAGE_ROOT, "web", "trace", "build.ts"), folder])
}
