// Pages for everybody: no serious findings of axe, tables that fit, and everything within reach of the keyboard.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { captionsCut, findingsOn, isWiderThanWindow, tablesCut } from "../support/axe.ts"
import { launchBrowser, openFile, type PageOptions, turnTo, type WatchedPage } from "../support/browser.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

/** Every kind of chart, with theory, faults, violations and panels. */
const SPEC = `
question: Is it for everybody?
algorithms:
  - { use: raft, service: replicated-log, label: Raft }
  - { use: raft, service: replicated-log, label: "Raft, pre-vote", parameters: { preVote: true } }
  - { use: multi-paxos, service: replicated-log, label: Multi-Paxos }
sweep: { nodes: [3], loss: [0, 1%] }
network: { latency: 10ms }
faults: [{ crash: { count: 0..1, at: 2s, for: 1s } }]
workload: { rate: 40/s }
warmup: 1s
duration: 4s
repeat: 2
charts:
  - availability-by-nodes
  - messages-by-nodes
  - availability-over-nodes-and-loss
  - message-types-by-nodes
  - recovery-ecdf
  - latency-ecdf
  - outage-timeline
`
const HISTORY = [
  '{"process": 0, "type": "invoke", "f": "write", "value": 1}',
  '{"process": 0, "type": "ok", "f": "write", "value": 1}',
  '{"process": 1, "type": "invoke", "f": "read", "value": null}',
  '{"process": 1, "type": "ok", "f": "read", "value": 2}',
].join("\n")

const folder = temporaryFolder()
const report = join(folder, "results", "report.html")
let browser: Browser

beforeAll(async () => {
  writeFileSync(join(folder, "everybody.yaml"), SPEC)
  const run = await quorate(`run ${join(folder, "everybody.yaml")} --out ${join(folder, "results")}`)
  if (run.code > 1) throw new Error(run.err)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})

/** The page of the test before, which the next one turns to what it needs. */
let earlier: WatchedPage | undefined

async function openPage(file: string, options: PageOptions = {}): Promise<Page> {
  earlier = await (earlier === undefined ? openFile(browser, file, options) : turnTo(earlier, file, options))
  return earlier.page
}

/** Opens a report once all its charts are drawn. */
async function openReport(options: PageOptions = {}): Promise<Page> {
  const page = await openPage(report, options)
  await page.waitForFunction(() => {
    const charts = [...document.querySelectorAll(".chart")]
    return charts.length === 7 && charts.every(chart => chart.querySelector("svg") !== null)
  })
  return page
}

describe("a report", () => {
  test("has no serious findings of axe, and is as wide as its window", async () => {
    const page = await openReport({ width: 400 })
    await page.evaluate(() => document.querySelectorAll("details").forEach(fold => (fold.open = true)))
    expect(await isWiderThanWindow(page)).toBe(false)
    expect(await captionsCut(page)).toEqual([])
    expect(await findingsOn(page)).toEqual([])
  })

  test("has tables that fit into 1400 pixels", async () => {
    const page = await openReport({ width: 1_400 })
    await page.evaluate(() => document.querySelectorAll("details").forEach(fold => (fold.open = true)))
    expect(await tablesCut(page)).toEqual([])
  })

  test("is within reach of the keyboard: every button, link, fold and row, and every mark that tells something", async () => {
    const page = await openReport()
    await page.evaluate(() => document.querySelectorAll("details").forEach(fold => (fold.open = true)))
    const wanted = await page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLElement>("a[href], button, summary, [tabindex='0']")]
      const shown = all.filter(
        element => element.offsetParent !== null || getComputedStyle(element).position === "fixed",
      )
      for (const element of shown) element.addEventListener("focus", () => (element.dataset["reached"] = ""))
      return shown.length
    })
    expect(wanted).toBeGreaterThan(60)
    for (let press = 0; press < wanted + 5; press++) await page.keyboard.press("Tab")
    const missed = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("a[href], button, summary, [tabindex='0']")]
        .filter(element => element.offsetParent !== null && element.dataset["reached"] === undefined)
        .map(element => element.outerHTML.slice(0, 100)),
    )
    expect(missed).toEqual([])
    for (const chart of await page.locator(".chart").all()) {
      await chart.focus()
      await page.keyboard.press("ArrowRight")
      expect(await page.locator("#tip").textContent(), (await chart.getAttribute("aria-label")) ?? "").not.toBe("")
      await page.keyboard.press("Escape")
    }
  })
})

test("a click on a cell of a heat map, or a bar, shows that point's runs only", async () => {
  const page = await openReport()
  const runs = { "availability-over-nodes-and-loss": 2, "message-types-by-nodes": 2, "outage-timeline": 1 }
  for (const [chart, count] of Object.entries(runs)) {
    const mark = page.locator(`figure[data-chart="${chart}"] .mark-rect path[aria-roledescription]`).first()
    await mark.scrollIntoViewIfNeeded()
    const click = async () => {
      await mark.click({ force: true })
      return page.locator("#run-table .filter").textContent()
    }
    await expect.poll(click, { message: chart }).toMatch(new RegExp(`^${count} runs? of \\S+/nodes=\\d/loss=\\d%`))
    await page.evaluate(() => document.querySelector<HTMLElement>("#run-table .filter button")?.click())
  }
})

test("zooming in, however far, leaves something to see", async () => {
  const page = await openReport({ width: 1_400 })
  for (const chart of ["availability-by-nodes", "messages-by-nodes"]) {
    const place = page.locator(`figure[data-chart="${chart}"]`)
    for (let press = 0; press < 8; press++) await place.locator("[data-zoom=in]").click()
    const seen = await place.evaluate(figure => {
      const plots = [...figure.querySelectorAll("path.background")].map(plot => plot.getBoundingClientRect())
      return [...figure.querySelectorAll(".mark-symbol path")].filter(point => {
        const { left, right, top, bottom } = point.getBoundingClientRect()
        const [x, y] = [(left + right) / 2, (top + bottom) / 2]
        return plots.some(plot => x >= plot.left && x <= plot.right && y >= plot.top && y <= plot.bottom)
      }).length
    })
    expect(seen, chart).toBeGreaterThan(0)
  }
})

test("the pages of traces and histories have no serious findings of axe", async () => {
  const [trace, history] = [join(folder, "trace.html"), join(folder, "history.html")]
  writeFileSync(join(folder, "history.jsonl"), HISTORY)
  await quorate(`trace bully-partition --out ${trace}`)
  await quorate(`check-history ${join(folder, "history.jsonl")} --html ${history}`)
  const page = await openPage(trace)
  await page.waitForSelector(".diagram canvas")
  expect(await findingsOn(page), "diagram").toEqual([])
  await page.keyboard.press("t")
  await page.waitForSelector(".table table")
  expect(await findingsOn(page), "table").toEqual([])
  await page.keyboard.press("?")
  await page.locator("dialog[open]").waitFor()
  expect(await findingsOn(page), "help").toEqual([])
  await openPage(history)
  expect(await page.locator("h1").count()).toBe(1)
  expect(await findingsOn(page), "history").toEqual([])
})
