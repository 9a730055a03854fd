// The specs of docs/recipes.md run as they stand on the page, and answer in the sentences that it quotes.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import * as registry from "../algorithms/registry.ts"
import { formatProblem, parseExperiment } from "../experiments/plan/spec.ts"
import type { Told } from "../reports/answer/finding.ts"
import { oneInByDay } from "./support/effort.ts"
import { temporaryFolder } from "./support/folder.ts"
import { quorate } from "./support/terminal.ts"

const page = readFileSync(join(import.meta.dirname, "../docs/recipes.md"), "utf8")

const recipes = page
  .split(/^## /m)
  .slice(1)
  .map(section => ({
    title: section.slice(0, section.indexOf("\n")),
    spec: /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? "",
    quotes: [...section.matchAll(/^> (.*?) *$/gm)].map(([, quote = ""]) => quote),
  }))

/** The part of a sentence before its figures: whom and what it is about. */
function subjectOf(sentence: string): string {
  return sentence.slice(0, sentence.indexOf(": "))
}

test("there is a recipe for each question, and each is short", () => {
  expect(recipes.length).toBeGreaterThanOrEqual(8)
  for (const { title, spec, quotes } of recipes) {
    expect(spec.trim().split("\n").length, title).toBeLessThan(25)
    expect(quotes.length, title).toBeGreaterThan(0)
  }
})

test("every recipe is a spec", () => {
  for (const { title, spec } of recipes) {
    const experiment = parseExperiment("my-spec.yaml", spec, registry)
    if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
    expect(experiment.cells.length, title).toBeGreaterThan(0)
  }
})

// One run of each point shows that it runs and what it speaks of; its figures take as many as the page says.
test.each(oneInByDay(2, recipes))("$title", async ({ spec, quotes }) => {
  const folder = temporaryFolder(onTestFinished)
  const [file, out] = [join(folder, "my-spec.yaml"), join(folder, "out")]
  writeFileSync(file, spec.replace(/^repeat: \d+$/m, "repeat: 1").replace(/^charts: .*$/m, "charts: []"))
  expect(await quorate(`run ${file} --workers 1 --quiet --out ${out}`)).toMatchObject({ code: 0, err: "" })
  const { answer }: { answer: readonly Told[] } = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))
  const said = answer.map(({ sentence }) => subjectOf(sentence))
  for (const quote of quotes) expect(said).toContain(subjectOf(quote))
})
