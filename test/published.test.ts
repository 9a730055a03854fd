// The experiments of experiments/published/ keep to what was published, and what their page says of them.
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { publishedExperiments } from "../experiments/plan/bundled.ts"
import { loadExperiment } from "../experiments/plan/spec.ts"
import type { Told } from "../reports/answer/finding.ts"
import { temporaryFolder } from "./support/folder.ts"
import { quorate } from "./support/terminal.ts"

const page = readFileSync(join(import.meta.dirname, "../docs/published.md"), "utf8")
const experiments = publishedExperiments()
const folder = temporaryFolder()
const load = (file: string) => Effect.runPromise(loadExperiment(file).pipe(Effect.provide(NodeServices.layer)))

/** Runs of a point of those that draw something; `npm run published` takes as many as the specs say. */
const FEW = 25
/** What so few runs can be off by. */
const ROUGH = 0.6

test("the page has each of them, with each source and tolerance", async () => {
  expect(experiments.length).toBeGreaterThanOrEqual(7)
  for (const { name, file } of experiments) {
    const { published } = await load(file)
    const row = page.split("\n").find(line => line.startsWith(`| \`${name}\``))
    expect(row, name).toBeDefined()
    for (const { tolerance } of published) expect(row).toContain(`${Number((tolerance * 100).toFixed(2))} %`)
  }
})

test.each(experiments)("$name", async ({ name, file }) => {
  const experiment = await load(file)
  const isDrawn = experiment.repeat > FEW
  const findings = await publishedFindings(name, file)
  expect(findings.length).toBe(experiment.published.length)
  for (const { points, tolerance, source } of findings) {
    expect(points.length).toBeGreaterThan(0)
    for (const { point, deviation } of points) {
      expect(Math.abs(deviation!), `${source} ${point}`).toBeLessThanOrEqual(isDrawn ? ROUGH : tolerance)
    }
  }
})

/** The figures beside published ones that a few runs of a spec answer with. */
async function publishedFindings(name: string, file: string) {
  cpSync(dirname(file), folder, { recursive: true })
  const spec = join(folder, `${name}.yaml`)
  const text = readFileSync(file, "utf8")
  const few = text.replace(/^repeat: (\d+)$/m, (_, runs) => `repeat: ${Math.min(FEW, Number(runs))}`)
  writeFileSync(spec, few.replace(/^charts: .*$/m, "charts: []"))
  const out = join(folder, name)
  expect(await quorate(`run ${spec} --workers 1 --quiet --out ${out}`)).toMatchObject({ code: 0, err: "" })
  const { answer }: { answer: readonly Told[] } = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))
  return answer.flatMap(({ finding }) => (finding.kind === "published" ? [finding] : []))
}
