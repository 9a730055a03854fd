/**
 * Measures the playground in a browser: the time of the first paint, the cost of opening, and that of a frame while nine
 * nodes are played. Times are processor time of the page's thread, which a busy machine does not change; at 60 frames per
 * second, a frame has 16.7 ms.
 *
 *     npm run frame-times -- [algorithm] [speed: 0.02]
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { firstPaint, launchBrowser, openFile } from "../test/support/browser.ts"

const NODES = "9"
const PLAYED_MS = 5_000
const COUNT_FRAMES = `(() => {
  window.frames60 = 0
  requestAnimationFrame(function next() { window.frames60++; requestAnimationFrame(next) })
})()`

const [algorithm = "raft", speed = "0.02"] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), "quorate-frame-times-"))
const browser = await launchBrowser()
try {
  const file = join(folder, "play.html")
  execFileSync(process.execPath, [join(import.meta.dirname, "..", "cli", "main.ts"), "play", algorithm, "--out", file])
  console.log(await measure(file))
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

async function measure(file: string): Promise<string> {
  const { page } = await openFile(browser, file)
  await page.waitForSelector(".ring .node")
  const painted = await firstPaint(page)
  const session = await page.context().newCDPSession(page)
  await session.send("Performance.enable", { timeDomain: "threadTicks" })
  const spent = async (): Promise<ReadonlyMap<string, number>> => {
    const { metrics } = await session.send("Performance.getMetrics")
    return new Map(metrics.map(({ name, value }) => [name, value]))
  }
  const beforeOpening = await spent()
  await page.reload()
  await page.waitForSelector(".ring .node")
  const opening = ((await spent()).get("TaskDuration") ?? 0) - (beforeOpening.get("TaskDuration") ?? 0)
  await page.locator(".setup select").nth(2).selectOption(NODES)
  await page.locator(".controls select").selectOption(speed)
  await page.evaluate(COUNT_FRAMES)
  const before = await spent()
  const framesBefore = await page.evaluate<number>("window.frames60")
  await page.keyboard.press("Space")
  await page.waitForTimeout(PLAYED_MS)
  const after = await spent()
  const frames = (await page.evaluate<number>("window.frames60")) - framesBefore
  const perFrame = (name: string): string =>
    `${((((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000) / frames).toFixed(1)} ms`
  return (
    `${algorithm}, ${NODES} nodes, speed ${speed}: ${frames} frames in ${PLAYED_MS / 1_000} s; a frame costs ` +
    `${perFrame("TaskDuration")}, of which scripts ${perFrame("ScriptDuration")}, layout ${perFrame("LayoutDuration")}; ` +
    `first paint ${painted.toFixed(0)} ms after the page began to load; opened with ${(opening * 1_000).toFixed(0)} ms of processor time`
  )
}
