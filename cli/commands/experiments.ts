/**
 * `quorate experiments [name]`: the bundled experiments and the questions they answer, those that reproduce published
 * figures, and the bundled scenarios; or the spec of one experiment.
 */
import { readFileSync } from "node:fs"
import { command } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import { table } from "../terminal/table.ts"

export const experiments = command({
  usage: "experiments [name]",
  summary: "list the bundled experiments and the questions they answer, or print the spec of one",
  positionals: { name: { type: "string", describe: "the experiment whose spec to print" } },
  options: {},
  examples: [
    ["experiments", "the bundled experiments and scenarios"],
    ["experiments first-comparison > my-spec.yaml", "a spec to change: another seed, more nodes, ..."],
  ],
  async run({ name: chosen }, { out }) {
    if (chosen !== undefined) {
      out.write(await specOf(chosen))
      return EXIT.ok
    }
    const { bundledExperiments, bundledScenarios, publishedExperiments } = await import(
      "../../experiments/plan/bundled.ts"
    )
    const rows = bundledExperiments().map(({ name, question }) => [name, question])
    out.write(table(["experiment", "question"], rows, out.columns))
    out.write("\nRun one with: quorate run <experiment>\n\n")
    const published = publishedExperiments().map(({ name, question }) => [name, question])
    out.write(table(["published figures", "what was published"], published, out.columns))
    out.write("\nCompare one with own runs: quorate run <name>\n\n")
    const scenarios = bundledScenarios().map(({ name, title }) => [name, title])
    out.write(table(["scenario", "what there is to see"], scenarios, out.columns))
    out.write("\nLook at one with: quorate trace <scenario>\n")
    return EXIT.ok
  },
})

/** @throws UsageError if there is no such experiment */
async function specOf(name: string): Promise<string> {
  const { bundledExperiments, publishedExperiments } = await import("../../experiments/plan/bundled.ts")
  const all = [...bundledExperiments(), ...publishedExperiments()]
  const found = all.find(experiment => experiment.name === name)
  if (found !== undefined) return readFileSync(found.file, "utf8")
  const { didYouMean } = await import("../../lib/problems.ts")
  const suggestion = didYouMean(
    name,
    all.map(experiment => experiment.name),
  )
  throw new UsageError(`there is no bundled experiment ${name}${suggestion} (quorate experiments lists them)`)
}
