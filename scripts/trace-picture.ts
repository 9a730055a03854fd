/**
 * Draws the pages of a trace and of the playground that the README shows, docs/trace.png and docs/play.png. Needs the browser
 * that the tests of pages need.
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
  const [trace, play] = [join(folder, "trace.html"), join(folder, "play.html")]
  execFileSync(process.execPath, [join(ROOT, "cli", "main.ts"), "trace", "bully-partition", "--out", trace])
  await photograph(trace)
  execFileSync(process.execPath, [join(ROOT, "cli", "main.ts"), "play", "bully", "--out", play])
  await photographPlayground(play)
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

/** Takes the picture of the playground once both sides of a manually partitioned ring have their own coordinators. */
async function photographPlayground(file: string): Promise<void> {
  const browser = await launchBrowser()
  try {
    const { page } = await openFile(browser, file, { width: 900, height: 580 })
    await page.waitForSelector(".ring .node")
    for (let step = 0; step < 80; step++) await page.keyboard.press("ArrowRight")
    await page.keyboard.press("b")
    for (const node of [3, 4]) await page.locator("dialog input").nth(node).check()
    await page.getByRole("button", { name: "cut all links" }).click()
    const twoLead = page.locator("[data-notice='two leaders']")
    while ((await twoLead.count()) === 0) await page.keyboard.press("ArrowRight")
    await page.keyboard.press("2")
    await page.screenshot({ path: join(ROOT, "docs", "play.png") })
  } finally {
    await browser.close()
  }
}
