// The English of comments, messages and documents, as far as a machine can hold it: a doc comment starts with a noun or an
// imperative, and where the field has a word there is no paraphrase of it.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const ROOT = join(import.meta.dirname, "..")

/** Paraphrases, and what to write instead. */
const PARAPHRASES: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\btak(?:es?|en|ing) note of\b/i, "record"],
  [/\btell(?:s|ing)? of\b/i, "report"],
  [/\b(?:is|are|was|were) told\b(?! apart)/i, "is reported, is shown, is printed"],
  [/\b(?:go|goes|going|went) by\b/i, "follow, use, depend on, adopt"],
  [/\b(?:go|goes|going|went) on\b/i, "continue, resume"],
  [/\bpass(?:es|ed|ing)? on\b/i, "forward"],
  [/\bask(?:s|ed|ing)? again\b/i, "resend, retry"],
  [/\b(?:after|at most|by|in|of) so many\b/i, "the number itself, or its name"],
  [/\b(?:for|least|first|beyond|than|after) so (?:many|much|often|long)\b(?! as)/i, "the number itself, or its name"],
  [/\bt(?:ak(?:es?|en)|ook) (?:it |them )?for (?:dead|lost)\b/i, "assume"],
  [/\bby (?:itself|themselves)\b/i, "independently, alone"],
  [/\bin the mean\b/i, "on average"],
  [/\ball the same\b/i, "anyway, still"],
  [/\bas a rule\b/i, "usually"],
  [/\bcom(?:es?|ing) to (?:its|an|their) end\b/i, "end, finish, terminate"],
  [/\bheld against\b/i, "compared with"],
]

/** Starts of doc comments that make a question of a name. */
const QUESTION = /^\s*(?:\/\*\*|\*) (?:What|How|Whether|Where)\b/

/** Names that paraphrase a bound: `MAX_X` and `MIN_X` are the words. */
const BOUND = /\bconst (?:MOST|LONGEST|FEWEST|LARGEST|SMALLEST)(?:_[A-Z_]+)?\b/

const APART = new Set(["node_modules", "dist", "results", "coverage", "test"])

function textFiles(folder = ""): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap(entry => {
    if (entry.name.startsWith(".") || APART.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return textFiles(path)
    return /\.(?:tsx?|md)$/.test(path) ? [path] : []
  })
}

/** The findings in a text, one line each. */
function findingsIn(file: string, text: string): readonly string[] {
  const lines = text.split("\n")
  return lines.flatMap((line, index) => {
    const at = `${file}:${index + 1}`
    const found = PARAPHRASES.flatMap(([words, instead]) => {
      const said = words.exec(line)?.[0]
      return said === undefined ? [] : [`${at}: "${said}"; write ${instead}`]
    })
    const isStart = /^\s*\/\*\* /.test(line) || /^\s*\/\*\*$/.test(lines[index - 1] ?? "")
    if (isStart && QUESTION.test(line)) found.push(`${at}: a doc comment starts with a noun or an imperative`)
    if (BOUND.test(line)) found.push(`${at}: a bound is called MAX_ or MIN_`)
    return found
  })
}

const files = textFiles()

test("comments, messages and documents use the field's words", () => {
  expect(files.length).toBeGreaterThan(500)
  expect(files.flatMap(file => findingsIn(file, readFileSync(join(ROOT, file), "utf8")))).toEqual([])
})

test("what is wrong is found, and only that", () => {
  const text = `/** Whether it is up. */
/**
 * How long it takes in the mean.
 */
/** The state. What is in it is durable. */
const MOST_LINES = 3 // it goes on by itself
`
  expect(findingsIn("a.ts", text)).toEqual([
    "a.ts:1: a doc comment starts with a noun or an imperative",
    'a.ts:3: "in the mean"; write on average',
    "a.ts:3: a doc comment starts with a noun or an imperative",
    'a.ts:6: "goes on"; write continue, resume',
    'a.ts:6: "by itself"; write independently, alone',
    "a.ts:6: a bound is called MAX_ or MIN_",
  ])
})
