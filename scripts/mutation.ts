/**
 * Mutation runs: plants every mistake that Stryker knows (a comparison turned round, a condition fixed, a block left out, a
 * sign changed) into the code, one at a time, and lets the tests of that room look for it.
 *
 *     npm run mutation                              all rooms, one after the other: hours
 *     npm run mutation -- algorithms/raft runtime   some rooms
 *
 * Mutants that no test kills are printed, kept in `results/mutation/<room>.txt`, and make the exit code 1 unless
 * `test/mutation/harmless.yaml` says of them why they change nothing that can be seen. Counts a file go to
 * `test/mutation/summary.json`, which is committed, with a table for readers in `test/mutation/README.md`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import { Stryker } from "@stryker-mutator/core"
import { parse } from "yaml"
import { type FileScore, type Harmless, isHarmless, type Mutant, shown, summaryTable } from "../test/mutation/score.ts"

const ROOT = join(import.meta.dirname, "..")
const SUMMARY = join(ROOT, "test/mutation/summary.json")
const README = join(ROOT, "test/mutation/README.md")

/** The files that are mutated together, and the tests that must notice. */
interface Room {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

function rooms(): ReadonlyMap<string, Room> {
  const folders = (parent: string): string[] =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => `${parent}/${entry.name}`)
  const found = new Map<string, Room>()
  for (const folder of folders("algorithms")) {
    found.set(folder, {
      mutate: [`${folder}/**/*.ts`],
      tests: [`test/${folder}/**/*.test.ts`, "test/algorithms/*.test.ts"],
    })
  }
  for (const folder of folders("services")) {
    found.set(folder, { mutate: [`${folder}/**/*.ts`], tests: ["test/services/**/*.test.ts"] })
  }
  found.set("services", { mutate: ["services/*.ts"], tests: ["test/services/**/*.test.ts"] })
  found.set("runtime", { mutate: ["runtime/**/*.ts"], tests: ["test/runtime/**/*.test.ts"] })
  return found
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "2" } },
})
const all = rooms()
const unknown = positionals.find(name => !all.has(name))
if (unknown !== undefined) {
  console.error(`room: found ${unknown}, expected one of ${[...all.keys()].join(", ")}`)
  process.exit(2)
}
const harmless: readonly Harmless[] = parse(readFileSync(join(ROOT, "test/mutation/harmless.yaml"), "utf8")) ?? []
const scores: Record<string, FileScore> = existsSync(SUMMARY) ? JSON.parse(readFileSync(SUMMARY, "utf8")) : {}

let survivors = 0
for (const name of positionals.length > 0 ? positionals : all.keys()) survivors += await mutate(name, all.get(name)!)
process.exitCode = survivors === 0 ? 0 : 1

/** Runs a room, prints and records what it found, and returns how many mutants survived without an excuse. */
async function mutate(name: string, { mutate: files, tests }: Room): Promise<number> {
  process.env["MUTATION_TESTS"] = tests.join(",")
  const results = await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: "vitest.mutation.config.ts", related: false },
    mutate: [...files],
    // The type checker, which does not run here, holds words to the unions they belong to; other texts are for people.
    mutator: { excludedMutations: ["StringLiteral"] },
    // Assertions hold, so that no test can tell them from none; planted mistakes show that they speak (`mutants.test.ts`).
    appendPlugins: [join(import.meta.dirname, "mutation/assertions.ts")],
    ignorers: ["assertions"],
    coverageAnalysis: "perTest",
    // What only runs while a module loads would need a process for each mutant.
    ignoreStatic: true,
    // Stryker would rewrite the settings of a compiler whose interface it does not know.
    tsconfigFile: "tsconfig.none.json",
    concurrency: Number(values.concurrency),
    timeoutMS: 10_000,
    timeoutFactor: 3,
    reporters: ["progress-append-only"],
    tempDirName: ".cache/mutation",
    ignorePatterns: ["results", "docs", "dist"],
    cleanTempDir: "always",
  }).runMutationTest()
  const mutants: Mutant[] = results.map(({ fileName, location, mutatorName, replacement, status }) => ({
    ...shown(readFileSync(fileName, "utf8"), location, replacement ?? ""),
    file: relative(ROOT, fileName),
    line: location.start.line,
    mutator: mutatorName,
    status,
  }))
  return record(name, mutants)
}

function record(name: string, mutants: readonly Mutant[]): number {
  const left: Mutant[] = []
  for (const file of new Set(mutants.map(mutant => mutant.file))) delete scores[file]
  for (const mutant of mutants) {
    const score = (scores[mutant.file] ??= { killed: 0, harmless: 0, survived: 0 })
    if (mutant.status === "Killed" || mutant.status === "Timeout") score.killed++
    else if (mutant.status === "Survived" || mutant.status === "NoCoverage") {
      const excused = isHarmless(harmless, mutant)
      score[excused ? "harmless" : "survived"]++
      if (!excused) left.push(mutant)
    }
  }
  const lines = left.map(
    ({ file, line, mutator, status, original, mutated }) =>
      `${file}:${line} ${mutator}${status === "NoCoverage" ? " (no test comes here)" : ""}\n- ${original}\n+ ${mutated}\n`,
  )
  mkdirSync(join(ROOT, "results/mutation"), { recursive: true })
  writeFileSync(join(ROOT, "results/mutation", `${name.replaceAll("/", "-")}.txt`), lines.join("\n"))
  for (const line of lines) console.log(line)
  const known = Object.fromEntries(
    Object.entries(scores)
      .filter(([file]) => existsSync(join(ROOT, file)))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
  writeFileSync(SUMMARY, `${JSON.stringify(known, null, 2)}\n`)
  writeFileSync(README, summaryTable(known))
  console.log(`${name}: ${mutants.length} mutants, ${left.length} survived`)
  return left.length
}
