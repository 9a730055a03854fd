// Recordings that are read in blocks: letters of several bytes and marks lie across their ends, and all of it is text.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { textIn } from "../../cli/commands/check-history/text.ts"
import { temporaryFolder } from "../support/folder.ts"

const folder = temporaryFolder()
/** Longer than two blocks, and odd: letters of three bytes lie across the ends of blocks. */
const LINES = Array.from({ length: 6_000 }, (_, line) => `${line} \u20ac\u20ac\u20ac\u20ac\u20ac\u20ac`)

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe("the text of a recording's file", () => {
  test("is the same whole and by lines, again and again, without a byte order mark", () => {
    const text = textIn(fileOf("long.jsonl", `\uFEFF${LINES.join("\r\n")}\r\n`))
    expect(text.start.startsWith(LINES[0]!)).toBe(true)
    expect(text.whole()).toBe(`${LINES.join("\r\n")}\r\n`)
    for (const round of [1, 2]) {
      const found = [...text.lines()]
      expect(
        found.map(piece => piece.text),
        `round ${round}`,
      ).toEqual(LINES)
      expect(found.at(-1)!.line).toBe(LINES.length)
    }
  })

  test("may hold the character that stands for what is no text, and not what is none", () => {
    const good = textIn(fileOf("good.jsonl", `${LINES.join("\n")}\ufffd`))
    expect([...good.lines()].at(-1)!.text.endsWith("\ufffd")).toBe(true)
    const bytes = Buffer.concat([Buffer.from(LINES.join("\n")), Buffer.from([0xe2, 0x82])])
    const bad = textIn(fileOf("bad.jsonl", bytes))
    expect(() => [...bad.lines()]).toThrow("not UTF-8 text")
    expect(() => bad.whole()).toThrow("not UTF-8 text")
  })

  test("is empty where the file is", () => {
    const text = textIn(fileOf("empty.jsonl", ""))
    expect([text.start, text.whole(), [...text.lines()]]).toEqual(["", "", []])
  })
})
