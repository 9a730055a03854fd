// Every command line in a document works: what it names is there, and a test executes it, or it says why none does.
import { expect, describe, test } from "vitest"
import { EXIT } from "../cli/exit-codes.ts"
import description from "../package.json" with { type: "json" }
import { quorateFromSourceIn, quorateIn } from "./support/commands.ts"
import { sessionsIn, wordsOf } from "./support/documented.ts"
import { files, found, isFollowed, linesToExecute, read } from "./support/documents.ts"
import { isNight } from "./support/effort.ts"
import { temporaryFolder } from "./support/folder.ts"
import { namedIn } from "./support/named.ts"
import { layOut } from "./support/reader.ts"

test("what the documents' commands name is there", () => {
  /** Names of the reader's own. */
  const own = ["quorate algorithms my-raft"]
  const named = files.flatMap(file => namedIn(read(file)).map(each => ({ file, ...each })))
  expect(named.length).toBeGreaterThan(150)
  const missing = named.filter(({ command, isThere }) => !isThere && !own.includes(command))
  expect(missing.map(({ file, command }) => `${file}: ${command}`)).toEqual([])
})

describe("what is not the workbench's own", () => {
  const others = found.filter(each => wordsOf(each.line) === undefined && !isFollowed(each))

  test("is a script of the project's, which continuous integration runs unless its place says why not", () => {
    const ci = read(".ci/run").replaceAll(" --silent", "")
    // `npm cit` is `npm ci` and `npm test`.
    const parts = others.flatMap(each =>
      each.line.split(" && ").map(part => ({ ...each, part: part.replace("cit", "test") })),
    )
    const isRun = ({ part, notExecuted }: (typeof parts)[number]): boolean =>
      notExecuted !== undefined ||
      ci.split("\n").some(line => line.startsWith(part) || `${line} `.includes(` ${part} `))
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.filter(each => !isRun(each)).map(({ file, part }) => `${file}: ${part}`)).toEqual([])
    const scripts = parts.flatMap(({ part }) => /^npm run (\S+)/.exec(part)?.[1] ?? [])
    expect(scripts.filter(script => !Object.keys(description.scripts).includes(script))).toEqual([])
  })
})

/** The exit code of a command that does what it should: what a check, a test or a comparison finds is none of its own. */
const isFine = (code: number, out: string): boolean =>
  code === 0 ||
  // Searches that are cut short decide nothing.
  (code === EXIT.undecided && isNight) ||
  (code === 1 && /violated|VIOLATED|not linearizable|\d+ of \d+ points/.test(out))

/** Lines are as long as a terminal is wide. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

test("every command of the workbench works, or says why no test executes it", async () => {
  const once = linesToExecute(isNight)
  expect(once.length).toBeGreaterThan(isNight ? 180 : 20)
  const folder = temporaryFolder()
  layOut(folder)
  const outcomes = await (isNight ? quorateFromSourceIn : quorateIn)(folder, ...once)
  const failed = outcomes.flatMap(({ code, out, err }, place) => {
    return isFine(code, out) ? [] : [`quorate ${once[place]!.join(" ")}: exit code ${code}\n${err || out}`]
  })
  expect(failed).toEqual([])
  // What a document prints below a prompt is what is printed.
  const printed = new Map(outcomes.map(({ out }, place) => [once[place]!.join(" "), out]))
  const sessions = files.flatMap(file => sessionsIn(read(file)))
  const shown = sessions.flatMap(({ line, output }) => {
    const out = printed.get(wordsOf(line)!.join(" "))
    return out === undefined ? [] : [{ line, output: unwrapped(output), out: unwrapped(out) }]
  })
  expect(shown.length).toBeGreaterThanOrEqual(isNight ? sessions.length : 2)
  expect(shown.filter(({ output, out }) => !out.includes(output))).toEqual([])
}, 3_600_000)
