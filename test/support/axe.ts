/** What may be wrong with a page for somebody: findings of axe, and what does not fit. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** Widths of a telephone, a tablet and a screen, in pixels. */
export const WIDTHS = [400, 800, 1_400]

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/** Serious and critical findings of axe at each width, in light and, of the colours, in dark. */
export async function findingsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    for (const [colorScheme, only] of [
      ["light", ""],
      ["dark", ", runOnly: ['color-contrast']"],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      // A page that sets its theme itself does so once it has been drawn with it.
      await page.waitForFunction(theme => (document.documentElement.dataset["theme"] ?? theme) === theme, colorScheme)
      const run = `axe.run(document, { resultTypes: ['violations']${only} })`
      const { violations } = await page.evaluate<AxeResults>(run)
      for (const { id, impact, nodes } of violations) {
        if (impact !== "serious" && impact !== "critical") continue
        const [first] = nodes
        found.push(`${width} ${colorScheme} ${id}: ${first?.html.slice(0, 120)}: ${first?.failureSummary}`)
      }
    }
  }
  return found
}

/** Frames after which a page has fitted itself to its window, if it ever does. */
const FRAMES = 60

/** True if one has to scroll to the side, also once the page has had time to fit itself to the window. */
export function isWiderThanWindow(page: Page): Promise<boolean> {
  return page.evaluate(`(async () => {
    for (let frame = 0; frame < ${FRAMES}; frame++) {
      if (document.documentElement.scrollWidth <= innerWidth) return false
      await new Promise(requestAnimationFrame)
    }
    return true
  })()`)
}

/** Regions with a table that is wider than they are. */
export function tablesCut(page: Page): Promise<readonly string[]> {
  return page.evaluate(`
    [...document.querySelectorAll(".scroll")]
      .filter(region => region.scrollWidth > region.clientWidth + 1)
      .map(region => region.getAttribute("aria-label") + ": " + region.scrollWidth + " > " + region.clientWidth)`)
}

/** Captions that end outside of the window: one reads them without scrolling their table to the side. */
export function captionsCut(page: Page): Promise<readonly string[]> {
  return page.evaluate(`
    [...document.querySelectorAll("caption")]
      .filter(caption => caption.getBoundingClientRect().right > innerWidth)
      .map(caption => innerWidth + ": cut off is the caption " + caption.textContent)`)
}
