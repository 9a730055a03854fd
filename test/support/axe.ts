/** What may be wrong with a page for somebody: findings of axe, and what does not fit. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"
import { isNight } from "./effort.ts"

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

type Look = readonly [width: number, colorScheme: "light" | "dark", only: string]

/** All rules at each width in light, and those of colours in dark. */
export const EVERY_LOOK = WIDTHS.flatMap((width): readonly Look[] => [
  [width, "light", ""],
  [width, "dark", ", runOnly: ['color-contrast']"],
])

/** By day a telephone in dark and a screen in light, with all rules: axe takes most of the time of these tests. */
const LOOKS: readonly Look[] = isNight
  ? EVERY_LOOK
  : [
      [WIDTHS.at(0)!, "dark", ""],
      [WIDTHS.at(-1)!, "light", ""],
    ]

/**
 * Serious and critical findings of axe.
 *
 * @param looks the widths and colours in which it looks for them
 */
export async function findingsOn(page: Page, looks = LOOKS): Promise<readonly string[]> {
  await page.evaluate(axe)
  const found: string[] = []
  for (const [width, colorScheme, only] of looks) {
    await page.setViewportSize({ width, height: 900 })
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
