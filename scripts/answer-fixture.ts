/**
 * Runs every bundled experiment with few repeats and saves the data behind its sentences, for
 * test/reports/answer/answers-read.test.ts. Takes some minutes; name experiments to renew only these.
 *
 *     node scripts/answer-fixture.ts [--repeat 5] [experiment ...]
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { bundledExperiments } from "../experiments/plan/bundled.ts"
import { fixtureOf, type Fixtures } from "../test/experiments/support/answer-fixtures.ts"

const FILE = join(import.meta.dirname, "../test/experiments/fixtures/answers.json")

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repeat: { type: "string", default: "5" } },
})
const bundled = bundledExperiments()
const unknown = positionals.find(name => bundled.every(experiment => experiment.name !== name))
if (unknown !== undefined) {
  console.error(`no bundled experiment "${unknown}"; there are ${bundled.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}
const all: Fixtures = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {}
for (const { name, file } of bundled) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const began = performance.now()
  all[name] = fixtureOf(file, readFileSync(file, "utf8"), Number(values.repeat))
  writeFileSync(FILE, `${JSON.stringify(all)}\n`)
  console.log(`${name}: ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}
