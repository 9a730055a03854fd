/** `quorate validate <spec>`: checks a spec without running it. */
import { ALGORITHMS_OPTION, command } from "../command.ts"
import { EXIT } from "../exit-codes.ts"

export const validate = command({
  usage: "validate <spec>",
  summary: "check a spec without running it, and say how many runs it plans",
  positionals: { spec: { type: "string", demandOption: true, describe: "file, or name of a bundled experiment" } },
  options: { algorithms: ALGORITHMS_OPTION },
  examples: [["validate my-spec.yaml", "every mistake with its line, column and what is allowed there"]],
  async run({ spec, algorithms }, terminal) {
    const { loadSpec } = await import("../specs.ts")
    const { planExperiment } = await import("../../experiments/plan.ts")
    const plan = planExperiment(await loadSpec(spec, terminal, algorithms))
    const each =
      plan.experiment.precision === undefined ? plan.repeat : `${plan.experiment.precision.min} to ${plan.repeat}`
    const most = plan.experiment.precision === undefined ? "" : "at most "
    terminal.out.write(`${spec} is valid: ${plan.cells.length} cells, ${each} runs each, ${most}${plan.runs} runs\n`)
    return EXIT.ok
  },
})
