/**
 * Compares the runs with the figures that papers published: `npm run published -- [experiment ...]`.
 *
 * Runs the experiments of experiments/published/ into results/, prints the deviation of each figure from the published one,
 * and exits with 1 if any exceeds its tolerance. All of them take less than two minutes on two cores.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { publishedExperiments } from "../experiments/plan/bundled.ts"
import type { Told } from "../reports/answer/finding.ts"

const ROOT = join(import.meta.dirname, "..")
const asked = process.argv.slice(2)
const known = publishedExperiments()
const unknown = asked.find(name => known.every(experiment => experiment.name !== name))
if (unknown !== undefined) {
  console.error(`nothing published is called "${unknown}"; there are ${known.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

for (const { name } of known.filter(each => asked.length === 0 || asked.includes(each.name))) {
  const folder = join(ROOT, "results", name)
  const run = [join(ROOT, "cli", "main.ts"), "run", name, "--quiet", "--out", folder]
  execFileSync(process.execPath, run, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] })
  const { answer }: { readonly answer: readonly Told[] } = JSON.parse(
    readFileSync(join(folder, "summary.json"), "utf8"),
  )
  console.log(name)
  for (const { sentence, finding } of answer) {
    if (finding.kind !== "published") continue
    console.log(`  ${sentence}`)
    if (finding.points.some(({ isWithin }) => !isWithin)) process.exitCode = 1
  }
}
