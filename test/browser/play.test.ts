// The playground in a real browser: algorithms are broken by hand, and what was done is a scenario of the command line's.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { fragmentOf } from "../../web/play/model/document.ts"
import { findingsOn, isWiderThanWindow } from "../support/axe.ts"
import { BREAKS, brokenRun } from "../support/broken-by-hand.ts"
import { launchBrowser, openFile, type PageOptions, turnTo, type WatchedPage } from "../support/browser.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"
import { bodyOf } from "../support/test-body.ts"

const folder = temporaryFolder()
const file = join(folder, "play.html")
let browser: Browser

beforeAll(async () => {
  const made = await quorate(`play bully --out ${file}`)
  if (made.code !== 0) throw new Error(made.err)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})

afterEach(() => void vi.unstubAllEnvs())

/** The page of the test before, which the next one turns to a playground that nothing has been done in. */
let earlier: WatchedPage | undefined

async function open(options: PageOptions = {}): Promise<WatchedPage> {
  earlier = await (earlier === undefined ? openFile(browser, file, options) : turnTo(earlier, file, options))
  await earlier.page.waitForSelector(".ring .node")
  return earlier
}

/** Presses keys, one after the other. */
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** True if an element is seen without scrolling from the top of the page, where the ring is. */
async function isInFirstWindow(page: Page, selector: string): Promise<boolean> {
  const { top, bottom, height } = await page.locator(selector).evaluate(element => {
    const box = element.getBoundingClientRect()
    return { top: box.top + scrollY, bottom: box.bottom + scrollY, height: innerHeight }
  })
  return top >= 0 && bottom <= height
}

const notices = (page: Page): Promise<(string | undefined)[]> =>
  page.locator("[data-notice]").evaluateAll(all => all.map(each => (each as HTMLElement).dataset["notice"]))

describe("by hand", () => {
  test("a line across the ring parts it, each side elects a coordinator, and the page says so", async () => {
    const { page, troubles } = await open()
    await press(page, ...Array.from({ length: 90 }, () => "ArrowRight"))
    const ring = (await page.locator(".ring").boundingBox())!
    const [middle, top] = [ring.x + ring.width / 2, ring.y + ring.height / 2]
    const unit = Math.min(ring.width, ring.height) / 400
    // Between nodes 4 and 3 on the left, and 0, 1 and 2 on the right.
    await page.mouse.move(middle - 60 * unit, top - 190 * unit)
    await page.mouse.down()
    await page.mouse.move(middle, top, { steps: 3 })
    await page.mouse.move(middle + 10 * unit, top + 190 * unit, { steps: 3 })
    await page.mouse.up()
    await expect.poll(() => page.locator(".interventions code").allTextContents()).toEqual(["partition 3, 4"])
    for (let step = 0; step < 40 && !(await notices(page)).includes("two leaders"); step++)
      await press(page, "ArrowRight")
    expect(await page.locator("[data-notice='two leaders']").textContent()).toBe("Two coordinators: nodes 2 and 4")
    await press(page, "z")
    expect(await page.locator(".interventions code").count()).toBe(0)
    expect(troubles).toEqual([])
  })

  test("the keyboard alone chooses, breaks and undoes: nodes, links, messages, timers", async () => {
    const { page, troubles } = await open()
    await press(page, "ArrowRight", "ArrowRight", "ArrowRight", "m", "d", "m", "u", "m", "l", "m", "v")
    await press(page, "2", "c", "c", "p", "p", "x", "3", "x", "3", "w", "t", "f", "a", "0", "f")
    const done = await page.locator(".interventions code").allTextContents()
    const verbs = done.map(text => text.split(" ")[0])
    expect(verbs.slice(0, 4)).toEqual(["lose", "duplicate", "delay", "deliver"])
    expect(verbs.slice(4, 12)).toEqual(["crash", "restart", "pause", "resume", "cut", "mend", "wipe", "traitor"])
    for (const _ of done) await press(page, "z")
    expect(await page.locator(".interventions code").count()).toBe(0)
    for (const _ of done) await press(page, "y")
    expect(await page.locator(".interventions code").allTextContents()).toEqual(done)
    expect(troubles).toEqual([])
  })

  test("every algorithm is broken in the way that it documents, and the page's checks say so", async () => {
    const { page, troubles } = await open()
    for (const [algorithm, { evidence }] of Object.entries(BREAKS)) {
      const fragment = await fragmentOf(brokenRun(algorithm))
      await page.evaluate(hash => void (location.hash = hash), fragment)
      await page.waitForFunction(name => document.querySelector<HTMLSelectElement>("select")?.value === name, algorithm)
      await press(page, "End")
      const availability = Number.parseFloat((await page.locator(".figures dd").first().textContent()) ?? "")
      const shown = [...(await notices(page)), ...(availability < 50 ? ["unavailable"] : [])]
      expect(shown, algorithm).toContain(evidence)
    }
    expect(troubles).toEqual([])
  })

  test("nodes are within reach of the tabulator, and chosen with Enter", async () => {
    const { page } = await open()
    await page.locator(".ring .node").nth(1).focus()
    await press(page, "Enter", "Tab", " ")
    expect(await page.locator(".ring .node[aria-pressed=true]").getAttribute("aria-label")).toContain("node 2")
  })

  test("a challenge is met, and says why", async () => {
    const { page } = await open()
    await page.locator(".challenges select").selectOption("three-generals")
    expect(await isInFirstWindow(page, ".challenges"), "the task is in sight of the ring").toBe(true)
    expect(await page.locator("h1").textContent()).toContain("Oral messages")
    await press(page, "2")
    await page.getByLabel("Make node 2 a traitor").selectOption("lying")
    for (let step = 0; step < 80 && (await page.locator("[data-challenge=met]").count()) === 0; step++) {
      await press(page, "ArrowRight")
    }
    expect(await page.locator("[data-challenge=met]").textContent()).toContain("cannot tell who lies")
    expect(await isInFirstWindow(page, "[data-challenge=met]"), "and so is the outcome").toBe(true)
  })
})

describe("as a scenario", () => {
  test("what is saved takes the same course in the command line, and opens again", async () => {
    const { page } = await open()
    await press(page, ...Array.from({ length: 60 }, () => "ArrowRight"), "4", "c", "ArrowRight", "0", "p")
    const download = page.waitForEvent("download")
    await page.getByRole("button", { name: "save", exact: true }).click()
    const saved = join(folder, "by-hand.json")
    await (await download).saveAs(saved)
    const [, digest] = /digest ([0-9a-f]{16})/.exec((await page.locator(".saved").textContent()) ?? "") ?? []
    const replayed = await quorate(`replay ${saved}`)
    expect(replayed.out).toContain(`digest ${digest}`)
    const traced = await quorate(`trace ${saved} --out ${join(folder, "trace.html")}`)
    expect([traced.code, traced.err]).toEqual([0, ""])
    const again = await quorate(`play ${saved} --out ${join(folder, "again.html")}`)
    expect([again.code, again.err]).toEqual([0, ""])
    const acts = await page.locator(".interventions code").allTextContents()
    await page.locator("input[type=file]").setInputFiles(saved)
    await expect.poll(() => page.locator(".interventions .to-come code").allTextContents()).toEqual(acts)
    const { page: opened } = await openFile(browser, join(folder, "again.html"))
    await expect.poll(() => opened.locator(".interventions .to-come code").allTextContents()).toEqual(acts)
    expect(JSON.parse(readFileSync(saved, "utf8"))).toMatchObject({
      algorithm: "bully",
      interventions: [{ act: "crash 4" }, { act: "pause 0" }],
    })
    await opened.close()
  })

  test("what is saved as a test expects the verdicts that the command line finds", async () => {
    const { page, troubles } = await open()
    await page.evaluate(hash => void (location.hash = hash), await fragmentOf(brokenRun("raft")))
    await page.waitForFunction(() => document.querySelector<HTMLSelectElement>("select")?.value === "raft")
    await press(page, "End")
    const download = page.waitForEvent("download")
    await page.getByRole("button", { name: "save as test" }).click()
    const saved = join(folder, "raft-by-hand.test.mjs")
    await (await download).saveAs(saved)
    expect(await page.locator(".saved").textContent()).toContain("npx vitest run raft-by-hand.test.js")
    const text = readFileSync(saved, "utf8")
    expect(text).toContain('"act": "wipe 0"')
    expect(text).toContain('"VIOLATED"')
    vi.stubEnv("QUORATE", join(import.meta.dirname, "../../cli/quorate"))
    const body = await bodyOf(saved)
    expect(body).not.toThrow()
    expect(troubles).toEqual([])
  })

  test("two algorithms under the same acts stand side by side", async () => {
    const { page, troubles } = await open()
    await press(page, ...Array.from({ length: 60 }, () => "ArrowRight"))
    await page.getByLabel("compare with").selectOption("raft")
    expect(await page.locator(".ring").count()).toBe(2)
    await press(page, "4", "c")
    await expect.poll(() => page.locator(".ring .node.down").count()).toBe(2)
    await press(page, "z")
    await expect.poll(() => page.locator(".ring .node.down").count()).toBe(0)
    expect(troubles).toEqual([])
  })
})

test("a timer of a paused node that should have run out is due, and not in less than no time", async () => {
  const { page } = await open()
  const tenSteps = Array.from({ length: 15 }, () => "Shift+ArrowRight")
  await press(page, ...tenSteps, "4", "p", ...tenSteps)
  const timers = await page.locator(".acts", { hasText: "timers" }).textContent()
  expect(timers).toMatch(/due [\d.]+ ms ago/)
  expect(timers).not.toContain("-")
})

describe("for everybody", () => {
  test("axe finds nothing serious, and nothing is wider than a telephone", async () => {
    const { page, troubles } = await open({ width: 400 })
    await press(page, ...Array.from({ length: 30 }, () => "ArrowRight"), "3", "c", "x", "2")
    await page.locator(".challenges select").selectOption("lost-write")
    await press(page, ...Array.from({ length: 12 }, () => "ArrowRight"), "1", "w")
    expect(await isWiderThanWindow(page)).toBe(false)
    expect(await findingsOn(page)).toEqual([])
    await press(page, "?")
    await page.locator("dialog[open]").waitFor()
    expect(await findingsOn(page), "help").toEqual([])
    expect(troubles).toEqual([])
  })
})
