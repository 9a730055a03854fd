// The trace page in a real browser: it shows what happened, does what its keys say, and keeps up with long runs.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bundledScenarios } from "../../../experiments/plan/bundled.ts"
import {
  firstPaint,
  launchBrowser,
  openFile,
  type PageOptions,
  turnTo,
  type WatchedPage,
} from "../../support/browser.ts"
import { oneInByDay } from "../../support/effort.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { quorate } from "../../support/terminal.ts"

const folder = temporaryFolder()
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
})

/** The pages that have been made, and what the command said. */
const pages = new Map<string, Promise<{ readonly err: string; readonly out: string }>>()

/** The page of the test before, which the next one turns to its own. */
let earlier: WatchedPage | undefined

/** Opens the page of a scenario, which is made once. */
async function opened(what: string, options: PageOptions = {}): Promise<WatchedPage> {
  const file = join(folder, `${what.replaceAll(/\W/g, "-")}.html`)
  const making = pages.get(file) ?? quorate(`trace ${what} --out ${file}`)
  pages.set(file, making)
  expect(await making).toMatchObject({ err: "", out: expect.stringContaining("open it in a browser") })
  earlier = await (earlier === undefined ? openFile(browser, file, options) : turnTo(earlier, file, options))
  await earlier.page.waitForSelector(".diagram canvas")
  return earlier
}

/** What the details say of the step under the cursor. */
const heading = (page: Page) => page.locator(".details h2").innerText()
const stepNumber = async (page: Page) =>
  Number(/step ([\d,]+) of/.exec(await page.locator(".clock").innerText())?.[1]?.replaceAll(",", ""))

describe("the page of a bundled scenario", () => {
  test.each(oneInByDay(2, bundledScenarios()).map(({ name, title }) => [name, title] as const))(
    "%s: no errors, no requests, painted at once",
    async (name, title) => {
      const { page, troubles } = await opened(name)
      expect(await page.title()).toContain(title)
      expect(await page.locator("h1").innerText()).toBe(title)
      console.log(`${name}: first paint after ${(await firstPaint(page)).toFixed(0)} ms`)
      for (const key of ["n", "ArrowRight", "ArrowLeft", "f", "+", "-", "0", "End", "Home", "t", "t", "?"]) {
        await page.keyboard.press(key)
      }
      await page.locator("dialog[open]").waitFor()
      await page.keyboard.press("Escape")
      await page.locator("dialog").waitFor({ state: "detached" })
      expect(troubles).toEqual([])
    },
  )

  test("steps through the run: what happened, what changed, what came of it", async () => {
    const { page, troubles } = await opened("split-vote")
    expect(await page.locator(".note.leader").innerText()).toMatch(/^node \d leads \(2\)$/)
    expect(await page.locator(".fields tr.changed th").allInnerTexts()).toContain("role")
    expect(await page.locator(".fields tr.changed", { hasText: "role" }).first().innerText()).toContain("leader")
    const before = await stepNumber(page)
    await page.keyboard.press("ArrowRight")
    expect(await stepNumber(page)).toBe(before + 1)
    await page.keyboard.press("Shift+ArrowLeft")
    expect(await stepNumber(page)).toBe(before - 9)
    await page.keyboard.press("Home")
    expect(await heading(page)).toBe("node 0 boots")
    await page.keyboard.press("n")
    expect(await stepNumber(page)).toBe(before)
    await page.locator(".effects .link").first().click()
    expect(await heading(page)).toMatch(/^node \d receives from node \d$/)
    expect(troubles).toEqual([])
  })

  test("finds what it shows: milestones, how nodes stand, when messages arrive, steps by their number", async () => {
    const { page, troubles } = await opened("split-vote")
    const found = async (query: string): Promise<number> => {
      await page.locator("input[type=search]").fill(query)
      return Number(/^([\d,]+)/.exec(await page.locator(".count").innerText())?.[1]?.replaceAll(",", ""))
    }
    const leads = await page.locator(".note.leader").innerText()
    const badge = (await page.locator(".nodes .badge").first().innerText()).trim()
    const arrives = await page.locator(".effects .link").first().innerText()
    const clock = await page.locator(".clock").innerText()
    for (const shown of [leads, badge, arrives, clock.replace(/ of .*/, "")]) {
      expect(await found(shown), shown).toBeGreaterThan(0)
    }
    expect(await found("no such words")).toBe(0)
    expect(troubles).toEqual([])
  })

  test("plays, searches, filters, and shows the same as a table", async () => {
    const { page, troubles } = await opened("bully-partition", { colorScheme: "dark" })
    await page.keyboard.press("/")
    await page.keyboard.type("partition")
    await page.keyboard.press("Enter")
    expect(await heading(page)).toMatch(/^fault partition/)
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    const rows = Number(await page.locator(".table table").getAttribute("aria-rowcount"))
    expect(await page.locator(".table tr[aria-selected=true]").first().innerText()).toContain("partition 0,1,2 | 3,4")
    await page.locator(".chip", { hasText: "Heartbeat" }).first().click()
    const fewer = Number(await page.locator(".table table").getAttribute("aria-rowcount"))
    expect(fewer).toBeLessThan(rows)
    await page.keyboard.press("t")
    await page.keyboard.press("0")
    await page.keyboard.press("Home")
    await page.locator("select").first().selectOption("fast")
    await page.getByRole("button", { name: "Play (space)" }).click()
    await expect.poll(() => stepNumber(page)).toBeGreaterThan(5)
    await page.getByRole("button", { name: "Pause (space)" }).click()
    await page.keyboard.press("l")
    await page.locator("html[data-theme=light]").waitFor({ state: "attached" })
    expect(troubles).toEqual([])
  })
})

/** Two traitors among four generals are one too many. */
const TRAITORS = {
  format: "quorate/scenario/v1",
  algorithm: "oral-messages",
  service: "agreement",
  nodes: 4,
  parameters: { m: "1" },
  workload: { instances: 1, proposal: "attack", commander: "lowest" },
  network: { latency: { model: "constant", delay: "10ms" } },
  faults: [{ kind: "byzantine", target: { nodes: [1, 2] }, behaviour: "lying", at: "0s" }],
  duration: "100ms",
  seed: 1,
}

test("what was violated is said, and is where the page opens", async () => {
  const scenario = join(folder, "traitors.json")
  writeFileSync(scenario, JSON.stringify(TRAITORS))
  const { page, troubles } = await opened(scenario)
  expect(await page.locator(".head .violation").first().innerText()).toContain("agreement violated")
  expect(await page.locator(".note.violation").first().innerText()).toContain("node 3 decided 0")
  expect(await page.locator(".badge.down").allInnerTexts()).toEqual(["traitor", "traitor"])
  await page.keyboard.press("Home")
  await page.keyboard.press("v")
  expect(await page.locator(".note.violation").count()).toBeGreaterThan(0)
  expect(troubles).toEqual([])
})

test("an algorithm that the page does not have is shown from its recording", async () => {
  const { page, troubles } = await opened("examples/locks.yaml --run roaming-token/nodes=3/1")
  expect(await page.locator(".head").innerText()).toContain("Roaming token")
  expect(await page.locator(".note.entered").innerText()).toMatch(/enters the critical section$/)
  const changed = page.locator(".fields tr.changed", { hasText: "inCriticalSection" })
  expect(await changed.locator("ins").innerText()).toBe("true")
  await page.keyboard.press("End")
  await page.keyboard.press("ArrowLeft")
  expect(await page.locator(".nodes details").count()).toBe(3)
  expect(troubles).toEqual([])
})

/** Long enough for more than a hundred thousand events, with crashes, a partition and losses in it. */
const LONG = {
  format: "quorate/scenario/v1",
  title: "A long run",
  algorithm: "raft",
  service: "replicated-log",
  nodes: 5,
  workload: { mode: "closed", clients: 5, think: "5ms", linearizability: "off" },
  network: { latency: { model: "uniform", min: "2ms", max: "6ms" }, loss: 0.01 },
  faults: [
    { kind: "crash", target: { leader: true }, at: "5s", for: "2s" },
    {
      kind: "partition",
      sides: [
        [0, 1],
        [2, 3, 4],
      ],
      at: "9s",
      for: "2s",
    },
  ],
  warmup: "1s",
  duration: "16s",
  seed: 3,
}

test("a run of a hundred thousand events is panned through, zoomed, and stepped to its end", async () => {
  const scenario = join(folder, "long.json")
  writeFileSync(scenario, JSON.stringify(LONG))
  const { page, troubles } = await opened(scenario)
  const events = Number(/([\d,]+) events/.exec(await page.locator(".head").innerText())?.[1]?.replaceAll(",", ""))
  expect(events).toBeGreaterThan(100_000)
  for (const share of [1, 0.25, 0.02, 0.002]) {
    const { paints, frames, painted } = await page.evaluate<Panned>(`(${PAN_THROUGH})(${share})`)
    // Panning paints every frame: a page that painted nothing would have nothing to measure.
    expect(painted).toBeGreaterThanOrEqual(30)
    console.log(
      `${events} events, ${share * 100} % in view: painting takes ${quantiles(paints)} ms, frames come every ${quantiles(frames)} ms`,
    )
  }
  await page.keyboard.press("End")
  expect(await stepNumber(page)).toBe(Number(/of ([\d,]+)/.exec(await page.locator(".clock").innerText())?.[1]))
  expect(await page.locator(".fields tr").count()).toBeGreaterThan(5)
  await page.keyboard.press("t")
  await page.keyboard.press("0")
  const all = events.toLocaleString("en")
  await expect.poll(() => page.locator(".table caption").innerText()).toContain(`${all} events in view of ${all}`)
  expect(troubles).toEqual([])
})

interface Panned {
  readonly paints: number[]
  readonly frames: number[]
  readonly painted: number
}

/** Shows a share of the run and pans through it, a step a frame. @returns how long paints and frames took */
const PAN_THROUGH = `async share => {
  const diagram = window.traceDiagram
  const { from, to } = diagram.whole
  const length = (to - from) * share
  diagram.look({ from: from + (to - from - length) * 0.3, to: from + (to - from - length) * 0.3 + length })
  await new Promise(requestAnimationFrame)
  await new Promise(requestAnimationFrame)
  diagram.paintTimes.length = 0
  const frames = []
  let last = performance.now()
  for (let frame = 0; frame < 40; frame++) {
    diagram.pan(12)
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    frames.push(now - last)
    last = now
  }
  const paints = [...diagram.paintTimes]
  return { paints, frames, painted: paints.length }
}`

/** Median and 95th percentile. */
function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1)
  return `${at(0.5)} (95 %: ${at(0.95)})`
}
