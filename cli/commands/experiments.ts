/** `quorate experiments`: the bundled experiments and the questions they answer. */
import { command } from "../command.ts"
import { EXIT } from "../exit-codes.ts"
import { table } from "../table.ts"

export const experiments = command({
  usage: "experiments",
  summary: "list the bundled experiments and the questions they answer",
  positionals: {},
  options: {},
  examples: [],
  async run(_, { out }) {
    const { bundledExperiments } = await import("../../experiments/bundled.ts")
    const rows = bundledExperiments().map(({ name, question }) => [name, question])
    out.write(table(["experiment", "question"], rows, out.columns))
    out.write("\nRun one with: quorate run <experiment>\n")
    return EXIT.ok
  },
})
