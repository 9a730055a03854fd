// Every command line in a document works: what it names is there, and a test executes it, or it says why none does.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as registry from "../algorithms/registry.ts"
import { EXIT } from "../cli/exit-codes.ts"
import { bundledScenarios } from "../experiments/plan/bundled.ts"
import { parseExperiment } from "../experiments/plan/spec.ts"
import description from "../package.json" with { type: "json" }
import { quorateFromSourceIn, quorateIn } from "./support/commands.ts"
import { commandsIn, type Documented, sessionsIn, wordsOf } from "./support/documented.ts"
import { isNight } from "./support/effort.ts"
import { temporaryFolder } from "./support/folder.ts"
import { namedIn } from "./support/named.ts"
import { layOut } from "./support/reader.ts"

const ROOT = join(import.meta.dirname, "..")
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8")

function documents(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".md"))
    .map(file => join(folder, file))
}

const files = [
  "README.md",
  "CONTRIBUTING.md",
  ...["docs", "algorithms", "labs", "results/reference", "scenarios"].flatMap(documents),
]

/** A command line, and the document that has it. */
interface Found extends Documented {
  readonly file: string
}

const found: readonly Found[] = [
  ...files.flatMap(file => commandsIn(read(file)).map(each => ({ file, ...each }))),
  // The site names all scenarios on the pages of their algorithms.
  ...bundledScenarios().map(({ name }) => {
    return {
      file: "site/algorithms.ts",
      line: `npm run quorate -- trace ${name}`,
      isInline: false,
      notExecuted: undefined,
    }
  }),
]

test("what the documents' commands name is there", () => {
  /** Names of the reader's own. */
  const own = ["quorate algorithms my-raft"]
  const named = files.flatMap(file => namedIn(read(file)).map(each => ({ file, ...each })))
  expect(named.length).toBeGreaterThan(150)
  const missing = named.filter(({ command, isThere }) => !isThere && !own.includes(command))
  expect(missing.map(({ file, command }) => `${file}: ${command}`)).toEqual([])
})

/** Pages whose blocks `npm run check-package` types word for word, beside what begins with `quorate` there. */
const followed = ["scripts/check-gates.ts", "scripts/check-outside.ts"].flatMap(script => {
  return [...read(script).matchAll(/new Stranger\("([^"]+)"\)/g)].map(([, page = ""]) => page)
})

const isFollowed = ({ file, line }: Found): boolean =>
  followed.includes(file) && typed(file).includes(line) && !line.startsWith("quorate ")

/** The lines of a page's blocks. */
const typed = (page: string): readonly string[] =>
  found.flatMap(({ file, isInline, line }) => (file === page && !isInline ? [line] : []))

describe("what is not the workbench's own", () => {
  const others = found.filter(each => wordsOf(each.line) === undefined && !isFollowed(each))

  test("is a script of the project's, which continuous integration runs unless its place says why not", () => {
    const ci = read(".ci/run").replaceAll(" --silent", "")
    // `npm cit` is `npm ci` and `npm test`.
    const parts = others.flatMap(each =>
      each.line.split(" && ").map(part => ({ ...each, part: part.replace("cit", "test") })),
    )
    const isRun = ({ part, notExecuted }: (typeof parts)[number]): boolean =>
      notExecuted !== undefined || ci.split("\n").some(line => line.startsWith(part) || line.includes(` ${part} `))
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.filter(each => !isRun(each)).map(({ file, part }) => `${file}: ${part}`)).toEqual([])
    const scripts = parts.flatMap(({ part }) => /^npm run (\S+)/.exec(part)?.[1] ?? [])
    expect(scripts.filter(script => !Object.keys(description.scripts).includes(script))).toEqual([])
  })
})

/** Cheap enough for each day; all others are executed at night. */
const QUICK =
  /^(?:--help|experiments|algorithms \S+$|validate|workshop$|lab list|play by-hand|trace (?:split|scen)|replay b|check-hist|check flood)/

/** The first cell of a bundled experiment. */
function firstCellOf(name: string): string | undefined {
  const spec = ["specs", "published"].map(folder => join(ROOT, "experiments", folder, `${name}.yaml`))
  const file = spec.find(each => readdirSync(join(each, "..")).includes(`${name}.yaml`))
  if (file === undefined) return undefined
  const experiment = parseExperiment(file, readFileSync(file, "utf8"), registry)
  if ("problems" in experiment) throw new Error(`${name} has problems`)
  return experiment.cells[0]!.id
}

/**
 * The words as they are executed: as they are written, but for what takes minutes. Of bundled experiments the first cell is
 * run (`npm run reference-results` runs them whole), searches have two seconds, and a stage of a lab is tested in its folder.
 */
function executed(words: readonly string[], file: string): readonly string[] {
  const [command, name = ""] = words
  const within = words.map((word, place) => (words[place - 1] === "--time" ? "2s" : word))
  if (command === "run") {
    const cell = words.length === 2 ? firstCellOf(name) : undefined
    return cell === undefined ? words : [...words, "--only", cell, "--quiet"]
  }
  if (command === "hunt") return within.includes("--time") ? within : [...within, "--time", "2s"]
  if (command === "check") return within.includes("random") ? [...within, "--time", "2s"] : within
  if (command !== "lab" || name !== "test") return words
  return [...words, "--dir", file.startsWith("labs/") ? labOf(file) : "bully"]
}

const labOf = (file: string): string => file.split("/")[1]!

/** What commands need that others have made, in the order in which they are typed. */
const BEFORE = [
  "run first-comparison",
  "run partitions",
  "run spec.yaml --out baselines/spec --quiet",
  "workshop raft",
  "check floodset --set rounds=f",
  "bench costs --save costs.json",
].map(line => line.split(" "))

/** The exit code of a command that does what it should: what a check, a test or a comparison finds is none of its own. */
const isFine = (code: number, out: string): boolean =>
  code === 0 ||
  // Searches that are cut short decide nothing.
  (code === EXIT.undecided && isNight) ||
  (code === 1 && /violated|VIOLATED|not linearizable|\d+ of \d+ points/.test(out))

/** Lines are as long as a terminal is wide. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

test("every command of the workbench works, or says why no test executes it", async () => {
  const own = found.flatMap(each => {
    const words = wordsOf(each.line)
    return words === undefined || each.notExecuted !== undefined || isFollowed(each) ? [] : [{ ...each, words }]
  })
  expect(own.length).toBeGreaterThan(200)
  const labs = [...new Set(own.filter(({ words }) => words[1] === "test").map(({ file }) => file))].filter(file =>
    file.startsWith("labs/"),
  )
  const lines = [
    ...(isNight ? [...BEFORE, ...labs.map(file => ["lab", "new", labOf(file)])] : []),
    ...own.map(({ words, file }) => (isNight || QUICK.test(words.join(" ")) ? executed(words, file) : [])),
  ].filter(words => words.length > 0)
  const once = [...new Map(lines.map(words => [words.join(" "), words])).values()]
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
  expect(sessions.length).toBeGreaterThan(1)
  for (const { line, output } of sessions)
    expect(unwrapped(printed.get(wordsOf(line)!.join(" ")) ?? "")).toContain(unwrapped(output))
}, 3_600_000)
