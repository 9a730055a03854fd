// The specs of docs/recipes.md run as they stand on the page, and answer in the sentences that it quotes.
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import * as registry from "../algorithms/registry.ts"
import { planExperiment } from "../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../experiments/plan/spec.ts"
import { Progress, runExperiment } from "../experiments/run/run.ts"
import { plainText } from "../reports/answer/answer-json.ts"
import { oneInByDay } from "./support/effort.ts"
import { temporaryFolder } from "./support/folder.ts"

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

const silent = Layer.succeed(Progress, Progress.of({ update: () => Effect.void }))

test("there is a recipe for each question, and each is short", () => {
  expect(recipes.length).toBeGreaterThanOrEqual(8)
  for (const { title, spec, quotes } of recipes) {
    expect(spec.trim().split("\n").length, title).toBeLessThan(25)
    expect(quotes.length, title).toBeGreaterThan(0)
  }
})

/** The spec of a recipe with one run of each point. */
function experimentOf(spec: string) {
  const experiment = parseExperiment("my-spec.yaml", spec.replace(/^repeat: \d+$/m, "repeat: 1"), registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

test("every recipe is a spec", () => {
  for (const { title, spec } of recipes) expect(experimentOf(spec).cells.length, title).toBeGreaterThan(0)
})

// One run of each point shows that it runs and what it speaks of; its figures take as many as the page says.
test.each(oneInByDay(2, recipes))("$title", async ({ spec, quotes }) => {
  const experiment = experimentOf(spec)
  const outDir = temporaryFolder(onTestFinished)
  const plan = planExperiment({ ...experiment, charts: [] })
  const { exitCode, answer, runs } = await Effect.runPromise(
    runExperiment(plan, { outDir, workers: 1 }).pipe(Effect.provide(Layer.mergeAll(silent, NodeServices.layer))),
  )
  expect([exitCode, runs.failed, runs.violated]).toEqual([0, 0, 0])
  const said = answer.lead.map(({ sentence }) => subjectOf(plainText(sentence)))
  for (const quote of quotes) expect(said).toContain(subjectOf(quote))
})
