/**
 * Draws the pictures that the README shows into docs/: charts of bundled experiments, and the page of a trace. Needs the
 * browser that the tests of pages need.
 */
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { launchBrowser, openFile } from "../test/support/browser.ts"

/** Charts by their experiments. */
const CHARTS = [
  ["first-comparison", "availability-by-crashes"],
  ["messages-by-nodes", "messages-by-nodes"],
  ["churn", "availability-by-mtbf"],
] as const

const root = join(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "quorate-readme-charts-"))
try {
  for (const [experiment, chart] of CHARTS) {
    const out = join(folder, experiment)
    quorate("run", experiment, "--out", out)
    copyFileSync(join(out, "charts", `${chart}.png`), join(root, "docs", `${chart}.png`))
  }
  await drawTrace("bully-partition")
} finally {
  rmSync(folder, { recursive: true })
}

function quorate(...args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, "cli", "main.ts"), ...args], { stdio: "inherit" })
}

/** The page of a bundled scenario, at the second node that leads. */
async function drawTrace(scenario: string): Promise<void> {
  const file = join(folder, "trace.html")
  quorate("trace", scenario, "--out", file)
  const browser = await launchBrowser()
  try {
    const { page } = await openFile(browser, file, { width: 1_280, height: 600 })
    await page.waitForSelector(".diagram canvas")
    await page.keyboard.press("n")
    await page.screenshot({ path: join(root, "docs", "trace.png") })
  } finally {
    await browser.close()
  }
}
