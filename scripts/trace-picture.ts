/**
 * Draws the page of a trace that the README shows, docs/trace.png. Needs the browser that the tests of pages need.
 *
 *     npm run trace-picture
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { launchBrowser, openFile } from "../test/support/browser.ts"

const ROOT = join(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "quorate-trace-picture-"))
try {
  const file = join(folder, "trace.html")
  execFileSync(process.execPath, [join(ROOT, "cli", "main.ts"), "trace", "bully-partition", "--out", file])
  await photograph(file)
} finally {
  rmSync(folder, { recursive: true })
}

/** Takes the picture of the page at the second node that leads. */
async function photograph(file: string): Promise<void> {
  const browser = await launchBrowser()
  try {
    const { page } = await openFile(browser, file, { width: 1_280, height: 600 })
    await page.waitForSelector(".diagram canvas")
    await page.keyboard.press("n")
    await page.screenshot({ path: join(ROOT, "docs", "trace.png") })
  } finally {
    await browser.close()
  }
}
