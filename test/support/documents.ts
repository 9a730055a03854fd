/** The command lines of all documents, and what of them tests execute. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as registry from "../../algorithms/registry.ts"
import { bundledExperiments, bundledScenarios } from "../../experiments/plan/bundled.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { commandsIn, type Documented, wordsOf } from "./documented.ts"

const ROOT = join(import.meta.dirname, "../..")

/** The text of a file of the project. */
export const read = (file: string): string => readFileSync(join(ROOT, file), "utf8")

function documents(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".md"))
    .map(file => join(folder, file))
}

export const files: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...["docs", "algorithms", "labs", "results/reference", "scenarios"].flatMap(documents),
]

/** A command line, and the document that has it. */
export interface Found extends Documented {
  readonly file: string
}

export const found: readonly Found[] = [
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

/** Pages whose blocks `npm run check-package` types word for word, beside what begins with `quorate` there. */
const followed = ["scripts/check-gates.ts", "scripts/check-outside.ts"].flatMap(script => {
  return [...read(script).matchAll(/new Stranger\("([^"]+)"/g)].map(([, page = ""]) => page)
})

export const isFollowed = ({ file, line }: Found): boolean =>
  followed.includes(file) && typed(file).includes(line) && !line.startsWith("quorate ")

/** The lines of a page's blocks. */
const typed = (page: string): readonly string[] =>
  found.flatMap(({ file, isInline, line }) => (file === page && !isInline ? [line] : []))

/** Cheap enough for each day; all others are executed at night. */
const QUICK =
  /^(?:--help|experiments|algorithms \S+$|validate|workshop$|lab list|play by-hand|trace (?:split|scen)|replay b|check-hist|check flood)/

/** The first cell of a bundled experiment. */
function firstCellOf(name: string): string | undefined {
  const file = bundledExperiments().find(each => each.name === name)?.file
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

/**
 * The commands of the workbench to execute, each once, after those that make what they need.
 *
 * @param isAll all of them, rather than the quick ones
 */
export function linesToExecute(isAll: boolean): readonly (readonly string[])[] {
  const own = found.flatMap(each => {
    const words = wordsOf(each.line)
    return words === undefined || each.notExecuted !== undefined || isFollowed(each) ? [] : [{ ...each, words }]
  })
  const tested = own.filter(({ words, file }) => words[1] === "test" && file.startsWith("labs/"))
  const labs = new Set(tested.map(({ file }) => labOf(file)))
  const lines = [
    ...(isAll ? [...BEFORE, ...[...labs].map(lab => ["lab", "new", lab])] : []),
    ...own.map(({ words, file }) => (isAll || QUICK.test(words.join(" ")) ? executed(words, file) : [])),
  ].filter(words => words.length > 0)
  return [...new Map(lines.map(words => [words.join(" "), words])).values()]
}
