// The experiments of experiments/published/ keep to what was published, and what their page says of them.
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { planExperiment } from "../experiments/model/plan.ts"
import { publishedExperiments } from "../experiments/plan/bundled.ts"
import { loadExperiment } from "../experiments/plan/spec.ts"
import { Progress, runExperiment } from "../experiments/run/run.ts"
import { temporaryFolder } from "./support/folder.ts"

const silent = Layer.succeed(Progress, Progress.of({ update: () => Effect.void }))
const layer = Layer.mergeAll(silent, NodeServices.layer)
const page = readFileSync(join(import.meta.dirname, "../docs/published.md"), "utf8")
const experiments = publishedExperiments()

/** Runs of a point of those that draw something; `npm run published` takes as many as the specs say. */
const FEW = 25
/** What so few runs can be off by. */
const ROUGH = 0.6

test("the page has each of them, with each source and tolerance", async () => {
  expect(experiments.length).toBeGreaterThanOrEqual(7)
  for (const { name, file } of experiments) {
    const { published } = await Effect.runPromise(loadExperiment(file).pipe(Effect.provide(layer)))
    const row = page.split("\n").find(line => line.startsWith(`| \`${name}\``))
    expect(row, name).toBeDefined()
    for (const { tolerance } of published) expect(row).toContain(`${Number((tolerance * 100).toFixed(2))} %`)
  }
})

test.each(experiments)("$name", async ({ file }) => {
  const experiment = await Effect.runPromise(loadExperiment(file).pipe(Effect.provide(layer)))
  const isDrawn = experiment.repeat > FEW
  const plan = planExperiment({ ...experiment, repeat: Math.min(FEW, experiment.repeat), charts: [] })
  const { answer, exitCode } = await Effect.runPromise(
    runExperiment(plan, { outDir: temporaryFolder(onTestFinished), workers: 1 }).pipe(Effect.provide(layer)),
  )
  expect(exitCode).toBe(0)
  const findings = answer.lead.flatMap(({ finding }) => (finding.kind === "published" ? [finding] : []))
  expect(findings.length).toBe(experiment.published.length)
  for (const { points, tolerance, source } of findings) {
    expect(points.length).toBeGreaterThan(0)
    for (const { point, deviation } of points) {
      expect(Math.abs(deviation!), `${source} ${point}`).toBeLessThanOrEqual(isDrawn ? ROUGH : tolerance)
    }
  }
})
