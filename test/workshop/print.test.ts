// Printed kits fit their paper: no text of any card, sign, sheet or board is cut off, and a game's script is one page, and the answers of a kit are two at most, in any language.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { KITS, TEXTS } from "../../workshop/kits.ts"
import { play } from "../../workshop/play.ts"
import { printed } from "../../workshop/print/print.ts"
import { LANGUAGES } from "../../workshop/texts/texts.ts"
import { launchBrowser, openFile, turnTo, type WatchedPage } from "../support/browser.ts"
import { temporaryFolder } from "../support/folder.ts"

/** A page of A4 without its margins of 16 mm, at 96 pixels an inch. */
const PAGE_PX = ((297 - 2 * 16) / 25.4) * 96

/** What printers for offices leave white at the edges of the paper: 4.3 mm at most, and a little more. */
const UNPRINTABLE_PX = (5 / 25.4) * 96

/** Texts of sheets that are nearer to an edge of the paper. */
function nearEdges(sheets: Element[], edge: number): string[] {
  return sheets.flatMap(sheet => {
    const paper = sheet.getBoundingClientRect()
    const texts = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT)
    const near: string[] = []
    while (texts.nextNode() !== null) {
      const range = document.createRange()
      range.selectNodeContents(texts.currentNode)
      const { left, right, top, bottom, width } = range.getBoundingClientRect()
      if (width === 0) continue
      const distance = Math.min(left - paper.left, paper.right - right, top - paper.top, paper.bottom - bottom)
      if (distance < edge) near.push(texts.currentNode.textContent ?? "")
    }
    return near
  })
}

/** Steps whose number is set over the text of another: lists of two columns hang their numbers out to the left. */
function numbersOverText(lists: Element[]): string[] {
  const range = document.createRange()
  return lists.flatMap(list => {
    const items = [...list.children]
    const texts = items.map(item => {
      range.selectNodeContents(item)
      return [...range.getClientRects()]
    })
    // As wide as "88. ".
    const width = 2.2 * Number.parseFloat(getComputedStyle(list).fontSize)
    return items.flatMap((item, place) => {
      const { left, top, bottom } = texts[place]![0]!
      const others = texts.filter((_, other) => other !== place).flat()
      const isOver = others.some(
        other => other.right > left - width && other.left < left && other.bottom > top + 1 && other.top < bottom - 1,
      )
      return isOver ? [item.textContent ?? ""] : []
    })
  })
}

const folder = temporaryFolder()
const blank = join(folder, "blank.html")
let browser: Browser
let sheet: WatchedPage
beforeAll(async () => {
  browser = await launchBrowser()
  writeFileSync(blank, "")
  sheet = await openFile(browser, blank, { width: 900, height: 1_200 })
  await sheet.page.emulateMedia({ media: "print" })
})
afterAll(() => browser.close())

test.each(Object.values(KITS))("$name", async kit => {
  const played = new Map(kit.games.map(game => [game, play(kit, game)]))
  for (const language of LANGUAGES) {
    const file = join(folder, `${kit.name}-${language}.html`)
    writeFileSync(file, printed({ kit, language, texts: TEXTS[language], played }))
    const { page } = await turnTo(sheet, file)
    const cut = await page.$$eval(".cut > *, .sheet, .board, .box, .big, .field span", parts =>
      parts.flatMap(part => {
        const isCut = part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1
        return isCut ? [part.textContent] : []
      }),
    )
    expect([language, cut]).toEqual([language, []])
    expect([language, await page.$$eval(".sheet", nearEdges, UNPRINTABLE_PX)]).toEqual([language, []])
    expect([language, await page.$$eval(".steps", numbersOverText)]).toEqual([language, []])
    const heights = await page.$$eval(".flow:not(.answers)", parts =>
      parts.map(part => part.getBoundingClientRect().height),
    )
    const players = Math.max(...kit.games.map(({ nodes }) => nodes))
    expect(heights.length).toBe(1 + kit.games.length + players)
    expect([language, heights.filter(height => height > PAGE_PX)]).toEqual([language, []])
    const answers = await page.$$eval(".answers", parts => parts.map(part => part.getBoundingClientRect().height))
    expect([language, answers.length, answers[0]! <= 2 * PAGE_PX]).toEqual([language, 1, true])
  }
})
