/** Pages in a real browser: Debian's Chromium, driven by Playwright, without a network. */
import { type Browser, chromium, type Page } from "playwright-core"

/**
 * What a locator waits for has come by then, even on a busy machine: a wrong one says which it is, long before the test's own
 * limit, which does not say so.
 */
const LONGEST_WAIT_MS = 60_000

/** Starts the browser. Quiet ones: nothing phones home, nothing is drawn by a graphics card. */
export function launchBrowser(): Promise<Browser> {
  const quiet = ["quic", "gpu", "background-networking", "component-update", "sync"].map(name => `--disable-${name}`)
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--no-first-run", ...quiet],
  })
}

/** A page, and everything that should not happen on it. */
export interface WatchedPage {
  readonly page: Page
  /** Errors in the page and on its console, and requests for anything but the file itself. */
  readonly troubles: readonly string[]
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: "light" | "dark"
}

/**
 * Opens a file in a page that showed one before, it or another: it takes a third of the processor time of a page of its own, as
 * the process is there and has compiled the same scripts already. Nothing of the page before is left.
 */
export async function turnTo(
  { page, troubles }: WatchedPage,
  file: string,
  options?: PageOptions,
): Promise<WatchedPage> {
  const known = troubles.length
  if (options !== undefined) {
    const { width, height, colorScheme } = { ...USUAL, ...options }
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
  }
  // A part of the address that only the page itself has set would make another place of the same page of this.
  if (page.url().includes("#")) await page.goto("about:blank")
  await page.goto(`file://${file}`)
  if (known > 0) throw new Error(`the page before had troubles: ${troubles.join("; ")}`)
  return { page, troubles }
}

/** What a page has unless the options say otherwise. */
const USUAL = { width: 1280, height: 800, colorScheme: "light" } as const

/** Opens a file in a page of its own. */
export async function openFile(browser: Browser, file: string, options: PageOptions = {}): Promise<WatchedPage> {
  const { width, height, colorScheme } = { ...USUAL, ...options }
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  page.setDefaultTimeout(LONGEST_WAIT_MS)
  const troubles: string[] = []
  page.on("pageerror", error => troubles.push(String(error)))
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text())
  })
  page.on("request", request => {
    if (!/^(file|data|blob):/.test(request.url())) troubles.push(`request for ${request.url()}`)
  })
  await page.goto(`file://${file}`)
  return { page, troubles }
}

/** When the browser first painted anything, in milliseconds since it began to load the page. */
export async function firstPaint(page: Page): Promise<number> {
  return page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
}
