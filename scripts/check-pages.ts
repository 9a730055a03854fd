/**
 * Checks the pages that the project makes from its own material: the report of every experiment, bundled or of published
 * figures, and the diagram and the playground of every bundled scenario. On a telephone, a tablet and a screen, in light and
 * dark, none may have serious findings of axe, be wider than its window, have a table that a screen cuts off, or say
 * anything on its console.
 *
 *     npm run check-pages -- [--runs 3] [name ...]
 *
 * Pictures of all of them, and each as a PDF, go to results/pages/: what looks wrong only people see. Without `--runs` an
 * experiment is run as often as it says, in about ten minutes for all of them on two cores.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import type { Browser } from "playwright-core"
import { parseDocument } from "yaml"
import {
  type BundledExperiment,
  bundledExperiments,
  bundledScenarios,
  publishedExperiments,
} from "../experiments/plan/bundled.ts"
import { captionsCut, EVERY_LOOK, findingsOn, isWiderThanWindow, tablesCut, WIDTHS } from "../test/support/axe.ts"
import { launchBrowser, openFile } from "../test/support/browser.ts"

const ROOT = join(import.meta.dirname, "..")
const RESULTS = join(ROOT, "results")
const PAGES = join(RESULTS, "pages")
const RUNS = join(PAGES, "runs")
/** Pixels of the longest picture: what a page shows below is of the same kind. */
const MAX_HEIGHT = 12_000

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: "string" } } })
mkdirSync(RUNS, { recursive: true })
const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name)
const browser = await launchBrowser()
let isAnyWrong = false
for (const experiment of [...bundledExperiments(), ...publishedExperiments()]) {
  if (isChosen(experiment.name)) await look(browser, experiment.name, reportOf(experiment), ".chart svg")
}
for (const { name } of bundledScenarios()) {
  if (!isChosen(name)) continue
  await look(browser, `trace-${name}`, pageOf("trace", name), ".diagram canvas")
  await look(browser, `play-${name}`, pageOf("play", name), ".ring .node")
}
await browser.close()
process.exitCode = isAnyWrong ? 1 : 0

function quorate(...args: readonly string[]): void {
  // An experiment with violations exits with 1, but still writes its report.
  try {
    execFileSync(process.execPath, [join(ROOT, "cli", "main.ts"), ...args], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    })
  } catch (error) {
    if (!(error instanceof Error && "status" in error && error.status === 1)) throw error
  }
}

function reportOf({ name, file }: BundledExperiment): string {
  const folder = join(values.runs === undefined ? RESULTS : RUNS, name)
  quorate("run", values.runs === undefined ? name : shortened(file, Number(values.runs)), "--quiet", "--out", folder)
  return join(folder, "report.html")
}

/** Writes the spec of an experiment with fewer runs of each cell to a file. */
function shortened(file: string, runs: number): string {
  const spec = parseDocument(readFileSync(file, "utf8"))
  // An experiment over all cases keeps them all.
  if (spec.get("repeat") !== "every") spec.set("repeat", runs)
  const short = join(RUNS, basename(file))
  writeFileSync(short, String(spec))
  return short
}

function pageOf(command: "trace" | "play", name: string): string {
  const file = join(PAGES, `${command}-${name}.html`)
  quorate(command, name, "--out", file)
  return file
}

/** Checks one page, once `drawn` is on it, and reports its problems. */
async function look(on: Browser, name: string, file: string, drawn: string): Promise<void> {
  const { page, troubles } = await openFile(on, file)
  await page.waitForSelector(drawn)
  await page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
  const wrong = [...(await findingsOn(page, EVERY_LOOK))]
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    if (await isWiderThanWindow(page)) wrong.push(`${width}: one has to scroll to the side`)
    wrong.push(...(await captionsCut(page)))
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      const height = Math.min(MAX_HEIGHT, await page.evaluate<number>("document.documentElement.scrollHeight"))
      const picture = join(PAGES, `${name}-${width}-${colorScheme}.png`)
      await page.screenshot({ path: picture, clip: { x: 0, y: 0, width, height }, fullPage: true })
    }
  }
  wrong.push(...(await tablesCut(page)), ...troubles)
  await page.emulateMedia({ colorScheme: "light", media: "print" })
  await page.pdf({ path: join(PAGES, `${name}.pdf`), format: "A4" })
  await page.close()
  console.log(`${wrong.length === 0 ? "ok   " : "WRONG"} ${name} (${basename(file)})`)
  for (const line of new Set(wrong)) console.log(`      ${line}`)
  if (wrong.length > 0) isAnyWrong = true
}
