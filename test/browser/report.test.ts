// The report of a bundled experiment in a real browser.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { SPECS } from "../../lib/assets.ts"
import { firstPaint, launchBrowser, openFile, type PageOptions, turnTo, type WatchedPage } from "../support/browser.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const report = join(folder, "results/report.html")
let browser: Browser

beforeAll(async () => {
  const bundled = readFileSync(join(SPECS, "first-comparison.yaml"), "utf8")
  const spec = join(folder, "first-comparison.yaml")
  const small = bundled.replace("repeat: 20", "repeat: 2").replace("duration: 21s", "duration: 8s")
  writeFileSync(spec, small.replace("messages-by-crashes]", "messages-by-crashes, latency-ecdf]"))
  const run = await quorate(`run ${spec} --out ${join(folder, "results")}`)
  if (run.code !== 0) throw new Error(run.err)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})

/** The report once its charts are drawn, in a page of its own, or in one that is not needed any more. */
async function open(options: PageOptions = {}, before?: WatchedPage): Promise<WatchedPage> {
  const opened = await (before === undefined ? openFile(browser, report, options) : turnTo(before, report, options))
  await opened.page.waitForFunction(() => {
    const charts = [...document.querySelectorAll(".chart")]
    return charts.length === 3 && charts.every(chart => chart.querySelector(".mark-line path") !== null)
  })
  return opened
}

let common: Promise<WatchedPage> | undefined

/** One page for the tests that leave nothing on it that another of them would mind. */
function shared(): Promise<WatchedPage> {
  common ??= open()
  return common
}

let earlier: WatchedPage | undefined

/** Another page for each of the tests that leave something on it. */
async function own(options: PageOptions = {}): Promise<WatchedPage> {
  earlier = await open(options, earlier)
  return earlier
}

/** What can be seen of an algorithm: points in the first chart, rows of the figures, rows of the runs. */
function seen(page: Page, colour: string, label: string) {
  return page.evaluate(
    ([fill, name]) => ({
      points: document.querySelectorAll(`figure:first-of-type .mark-symbol path[fill="${fill}"]`).length,
      rows: [...document.querySelectorAll<HTMLElement>("#figures-table tbody tr")].filter(
        row => !row.hidden && row.textContent.includes(name),
      ).length,
      runs: [...document.querySelectorAll("#run-table tbody tr")].filter(row => row.textContent.includes("bully"))
        .length,
    }),
    [colour, label] as const,
  )
}

const box = (page: Page, selector: string) =>
  page.evaluate(wanted => document.querySelector(wanted)!.getBoundingClientRect().toJSON(), selector)

describe("the report in a browser", () => {
  test("draws its charts without errors or requests, and its words before them", async () => {
    const { page, troubles } = await shared()
    await page.emulateMedia({ media: "print" })
    await page.emulateMedia({ media: "screen", colorScheme: "dark" })
    console.log(`report: first paint after ${Math.round(await firstPaint(page))} ms`)
    expect(troubles).toEqual([])
    expect(await page.title()).toBe("Five nodes, and more and more of them crash: who still serves?")
    expect(await page.locator("h1 + #answer").textContent()).toMatch(
      /^Raft \(commands\).*: availability of at least 95.% /,
    )
    expect(await page.locator("#findings + .answer").textContent()).toMatch(
      /Multi-Paxos \(commands\): 100\.00.% with 0 to 2 crashes; /,
    )
    await page.emulateMedia({ colorScheme: "light" })
  })

  test("its legend hides an algorithm everywhere, and shows it again", async () => {
    const { page, troubles } = await shared()
    const key = page.locator(".legend .key", { hasText: "Bully" })
    const colour = await key.locator("[fill]").getAttribute("fill")
    const before = await seen(page, colour!, "Bully")
    expect(before).toMatchObject({ points: 5, rows: 5 })
    await key.click()
    expect(await key.getAttribute("aria-pressed")).toBe("false")
    await expect.poll(() => seen(page, colour!, "Bully")).toEqual({ points: 0, rows: 0, runs: 0 })
    await key.press("Enter")
    await expect.poll(() => seen(page, colour!, "Bully")).toEqual(before)
    expect(troubles).toEqual([])
  })

  test("a click on a point, or on a row of the figures, leads to its runs, and a run to its commands", async () => {
    const { page, troubles } = await own()
    const row = page.locator("#figures-table tbody tr", { hasText: "Raft, elections" }).nth(3)
    await row.click()
    expect(await page.locator("#run-table .filter").textContent()).toContain("2 runs of raft-elections/crashes=3")
    expect(await page.locator("#run-table tbody tr").count()).toBe(2)
    const copy = page.locator("#run-table [data-copy]").first()
    expect(await copy.getAttribute("data-copy")).toBe(
      `quorate trace ${join(folder, "results")} --run 'raft-elections/crashes=3/1'`,
    )
    await page.locator("#run-table .filter button").click()
    expect(await page.locator("#run-table .filter").textContent()).toContain("40 runs of all points")
    const point = page.locator("figure:first-of-type .mark-symbol path").last()
    const clickIt = async () => {
      // The page may still be scrolling to the table: then a click misses the point.
      await point.click({ force: true })
      return page.locator("#run-table .filter").textContent()
    }
    await expect.poll(clickIt).toMatch(/2 runs of \S+\/crashes=\d/)
    expect(troubles).toEqual([])
  })

  test("by keyboard: from point to point, to its runs, and into the chart", async () => {
    const { page, troubles } = await own()
    await page.locator("figure:first-of-type .chart").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    expect(await page.locator("#tip").textContent()).toMatch(/Algorithm: Raft, commands\nCrashed nodes: 1\n/)
    await page.keyboard.press("Enter")
    expect(await page.locator("#run-table .filter").textContent()).toContain("raft-commands/crashes=1")
    const labels = () =>
      page
        .locator("figure:first-of-type .role-axis-label text")
        .allTextContents()
        .then(texts => texts.toSorted())
    const whole = await labels()
    await page.locator("figure:first-of-type .chart").focus()
    await page.keyboard.press("+")
    await expect.poll(labels).not.toEqual(whole)
    await page.keyboard.press("0")
    await expect.poll(labels).toEqual(whole)
    expect(troubles).toEqual([])
  })

  test("tables sort by any column, numbers by their size", async () => {
    const { page } = await shared()
    const heading = page.locator("#figures-table th", { hasText: "Availability" })
    const place = 1 + (await heading.evaluate(cell => [...cell.parentElement!.children].indexOf(cell)))
    const column = () =>
      page
        .locator(`#figures-table tbody tr td:nth-child(${place})`)
        .evaluateAll(cells => cells.map(cell => cell.getAttribute("data-sort")))
    await heading.locator("button").click()
    expect(await heading.getAttribute("aria-sort")).toBe("descending")
    const falling = (await column()).map(Number)
    expect(new Set(falling).size).toBeGreaterThan(1)
    expect(falling).toEqual(falling.toSorted((a, b) => b - a))
    await heading.locator("button").click()
    expect((await column()).map(Number)).toEqual(falling.toSorted((a, b) => a - b))
  })

  test("is dark where the reader's system is, or where the reader says so", async () => {
    const { page } = await own({ colorScheme: "dark" })
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const label = () => page.evaluate(() => getComputedStyle(document.querySelector(".role-axis-label text")!).fill)
    expect([await ground(), await label()]).toEqual(["rgb(18, 22, 28)", "rgb(162, 172, 183)"])
    const button = page.locator("#theme")
    await button.click()
    expect(await button.textContent()).toBe("Theme: light")
    expect([await ground(), await label()]).toEqual(["rgb(255, 255, 255)", "rgb(87, 96, 106)"])
    await button.click()
    expect(await ground()).toBe("rgb(18, 22, 28)")
  })

  test("panels side by side share the width of the page", async () => {
    const { page } = await shared()
    const spans = () =>
      page.evaluate(() => {
        const svg = document.querySelector("figure:nth-of-type(3) .chart svg")!
        const edges = (element: Element) => element.getBoundingClientRect()
        const panels = [...svg.querySelectorAll(".cell > g > path.background")].map(edges)
        return { panels: panels.length, right: Math.max(...panels.map(panel => panel.right)), end: edges(svg).right }
      })
    await expect.poll(async () => (await spans()).end).toBeGreaterThan(1_000)
    const { panels, right, end } = await spans()
    expect(panels).toBe(5)
    expect(right).toBeLessThanOrEqual(end)
  })

  test("fits a narrow screen, and paper", async () => {
    const { page } = await own({ width: 400 })
    const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    await expect.poll(async () => (await box(page, ".chart svg")).width).toBeLessThanOrEqual(400)
    expect(await isWider()).toBe(false)
    const toldOfMore = () => page.locator(".beyond").evaluateAll(all => all.map(hint => hint.checkVisibility()))
    // The panels of the third chart do not fit beside each other.
    await expect.poll(toldOfMore).toEqual([false, false, true])
    await page.setViewportSize({ width: 1_000, height: 900 })
    await expect.poll(toldOfMore).toEqual([false, false, false])
    await expect.poll(async () => (await box(page, ".chart svg")).width).toBeGreaterThan(700)
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    expect(await page.locator("#run-table").isVisible()).toBe(false)
    expect(await page.locator("#theme").isVisible()).toBe(false)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)")
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")))
    expect(await page.locator("details:not([open])").count()).toBe(0)
  })
})
