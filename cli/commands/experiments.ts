/**
 * `quorate experiments`: the bundled experiments and the questions they answer, those that reproduce published figures, and
 * the bundled scenarios.
 */
import { command } from "../command.ts"
import { EXIT } from "../exit-codes.ts"
import { table } from "../terminal/table.ts"

export const experiments = command({
  usage: "experiments",
  summary: "list the bundled experiments and the questions they answer",
  positionals: {},
  options: {},
  examples: [],
  async run(_, { out }) {
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
