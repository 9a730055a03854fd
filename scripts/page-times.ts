/**
 * Measures report pages in a browser: when each first paints, and the processor time that its thread has spent until all of its
 * charts are drawn. Processor time does not change on a busy machine; on an idle one the page opens in about as long.
 *
 *     npm run page-times -- results/my-experiment/report.html ...
 */
import { existsSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { firstPaint, launchBrowser } from "../test/support/browser.ts"

const files = process.argv.slice(2)
const missing = files.find(file => !existsSync(file))
if (missing !== undefined || files.length === 0) {
  console.error(missing === undefined ? "expected the files of report pages" : `${missing}: there is no such file`)
  process.exit(2)
}
const browser = await launchBrowser()
try {
  for (const file of files) console.log(await measure(resolve(file)))
} finally {
  await browser.close()
}

async function measure(file: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const session = await page.context().newCDPSession(page)
  await session.send("Performance.enable", { timeDomain: "threadTicks" })
  const spent = async (): Promise<(name: string) => string> => {
    const { metrics } = await session.send("Performance.getMetrics")
    const times = new Map(metrics.map(({ name, value }) => [name, value]))
    return name => `${(times.get(name) ?? 0).toFixed(2)} s`
  }
  await page.goto(`file://${file}`, { waitUntil: "domcontentloaded" })
  const read = await spent()
  const paint = await firstPaint(page)
  const charts = await page.locator("figure[data-chart]").count()
  await page.waitForFunction("document.querySelectorAll('figure[data-chart] .chart svg').length >= " + String(charts))
  await page.waitForTimeout(500)
  const drawn = await spent()
  const elements = await page.evaluate<number>("document.querySelectorAll('*').length")
  await page.close()
  return (
    `${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, ${elements} elements; first paint ${paint.toFixed(0)} ms after it began to ` +
    `load; processor time until it is read ${read("TaskDuration")}, until its ${charts} charts are drawn ` +
    `${drawn("TaskDuration")}, of which scripts ${drawn("ScriptDuration")}, layout ${drawn("LayoutDuration")}, ` +
    `styles ${drawn("RecalcStyleDuration")}`
  )
}
