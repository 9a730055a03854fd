/**
 * Writes the reference results of the bundled experiments into results/reference/: for each its answer, its charts, and the
 * table of its cells. The runs are stored in results/ as usual, and existing ones are reused.
 *
 *     npm run reference-results -- [--check] [experiment ...]
 *
 * Without names it writes all of them, in about ten minutes on two cores. With `--check` it writes nothing, names what
 * differs by a byte from what is committed, and exits with 1 if anything does.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import * as registry from "../algorithms/registry.ts"
import { bundledExperiments, type BundledExperiment } from "../experiments/plan/bundled.ts"
import { parseExperiment } from "../experiments/plan/spec.ts"
import { chooseChart } from "../reports/charts/registry.ts"

/** The contents of files, by name. */
type Files = Readonly<Record<string, string>>

const ROOT = join(import.meta.dirname, "..")
const RESULTS = join(ROOT, "results")
const REFERENCE = join(RESULTS, "reference")
const COMMAND = "npm run reference-results"

/** The maximal number of characters shown of a line that differs. */
const MAX_SHOWN = 160

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: "boolean" } } })
const bundled = bundledExperiments()
const unknown = positionals.find(name => bundled.every(experiment => experiment.name !== name))
if (unknown !== undefined) {
  console.error(`no bundled experiment "${unknown}"; there are ${bundled.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

const chosen = bundled.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
const differing = chosen.filter(experiment => !settle(join(REFERENCE, experiment.name), filesOf(experiment)))
const isIndexed = settle(REFERENCE, { "README.md": indexPage() })
if (differing.length > 0 || !isIndexed) {
  const names = differing.map(({ name }) => ` ${name}`).join("")
  console.error(`\nIf this is meant: ${COMMAND} --${names}, and look at what changed before it is committed.`)
  process.exitCode = 1
}

/** Runs an experiment. @returns the files of its reference results */
function filesOf({ name, file }: BundledExperiment): Files {
  const folder = join(RESULTS, name)
  const run = [join(ROOT, "cli", "launcher.js"), "run", name, "--quiet", "--out", folder]
  execFileSync(process.execPath, run, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] })
  const charts = chartsOf(file)
  const svg = (chart: string): string => `${readFileSync(join(folder, "charts", `${chart}.svg`), "utf8").trimEnd()}\n`
  return {
    "README.md": experimentPage(name, folder, charts),
    "summary.csv": readFileSync(join(folder, "summary.csv"), "utf8"),
    ...Object.fromEntries(charts.map(([chart]) => [`${chart}.svg`, svg(chart)])),
  }
}

/** The charts of a spec and the questions that they answer. */
function chartsOf(file: string): readonly (readonly [name: string, title: string])[] {
  const experiment = parseExperiment(file, readFileSync(file, "utf8"), registry)
  if ("problems" in experiment) throw new Error(`${file}: ${JSON.stringify(experiment.problems)}`)
  return experiment.charts.map(name => {
    const choice = chooseChart(name, experiment.dimensions)
    return [name, "problem" in choice ? name : choice.title]
  })
}

interface SummaryDocument {
  readonly question: string
  readonly answer: readonly { readonly sentence: string }[]
  readonly notes: readonly string[]
}

function experimentPage(name: string, folder: string, charts: ReturnType<typeof chartsOf>): string {
  const { question, answer, notes }: SummaryDocument = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"))
  const parts = [
    `# ${name}`,
    question,
    answer.map(({ sentence }) => `- ${sentence}`).join("\n"),
    ...notes,
    ...charts.map(([chart, title]) => `![${title}](${chart}.svg)`),
    `The [spec](../../../experiments/specs/${name}.yaml), and the [table of all points](summary.csv); the full report:`,
    `\`\`\`sh\nnpm run quorate -- run ${name}\n\`\`\``,
  ]
  return `${parts.filter(part => part !== "").join("\n\n")}\n`
}

function indexPage(): string {
  const written = bundled.filter(({ name }) => existsSync(join(REFERENCE, name)))
  const rows = written.map(({ name, question }) => `| [${name}](${name}/README.md) | ${question} |`)
  return `# Reference results

What the bundled experiments find: answers, charts, and the estimates of every point (\`summary.csv\`; its columns are in
[docs/method.md](../../docs/method.md)). \`${COMMAND}\` writes them, and continuous integration holds those
of quick experiments to the byte.

| experiment | question |
|---|---|
${rows.join("\n")}
`
}

/**
 * Writes files into a folder, which may contain nothing else but folders; with `--check`, only compares them with the
 * existing ones.
 */
function settle(folder: string, files: Files): boolean {
  const found = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isFile()) : []
  const extra = found.map(({ name }) => name).filter(name => !(name in files))
  const changed = Object.keys(files).filter(name => contentOf(join(folder, name)) !== files[name])
  if (values.check === true) {
    for (const name of extra)
      console.error(`${relative(ROOT, join(folder, name))}: there is no such reference any more`)
    for (const name of changed) console.error(firstDifference(join(folder, name), files[name]!))
    return extra.length + changed.length === 0
  }
  mkdirSync(folder, { recursive: true })
  for (const name of extra) rmSync(join(folder, name))
  for (const name of changed) writeFileSync(join(folder, name), files[name]!)
  for (const name of changed) console.log(relative(ROOT, join(folder, name)))
  return true
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined
}

/** Describes the first difference between a file and its expected content. */
function firstDifference(path: string, wanted: string): string {
  const [was, is] = [(contentOf(path) ?? "").split("\n"), wanted.split("\n")]
  const line = is.findIndex((text, index) => text !== was[index])
  const shorten = (text: string | undefined): string => (text ?? "(nothing)").slice(0, MAX_SHOWN)
  const at = line < 0 ? is.length : line
  return `${relative(ROOT, path)}:${at + 1} differs\n  committed  ${shorten(was[at])}\n  now        ${shorten(is[at])}`
}
