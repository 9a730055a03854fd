/** `quorate validate <spec>`: checks a spec without running it. */
import { ALGORITHMS_OPTION, command } from "../command.ts"
import { EXIT } from "../exit-codes.ts"

export const validate = command({
  usage: "validate <spec>",
  summary: "check a spec without running it, and say how many runs it plans",
  positionals: {
    spec: {
      type: "string",
      demandOption: true,
      describe: "file, name of a bundled experiment, or - for the standard input",
    },
  },
  options: { algorithms: ALGORITHMS_OPTION },
  examples: [["validate my-spec.yaml", "every mistake with its line, column and what is allowed there"]],
  async run({ spec, algorithms }, terminal) {
    const { loadSpec } = await import("../specs.ts")
    const { isEvery, planExperiment } = await import("../../experiments/model/plan.ts")
    const { counted } = await import("../../lib/counted.ts")
    const plan = planExperiment(await loadSpec(spec, terminal, algorithms))
    const { precision } = plan.experiment
    const runs = counted(plan.repeat, "run")
    const fewest = Math.min(...plan.repeats)
    const cases = `a run for each of ${fewest === plan.repeat ? plan.repeat : `${fewest} to ${plan.repeat}`} cases`
    const sampled = precision === undefined ? `${runs} each` : `${precision.min} to ${runs} each`
    const each = isEvery(plan.cells) ? cases : sampled
    const most = precision === undefined ? "" : "at most "
    const cells = counted(plan.cells.length, "cell")
    terminal.out.write(`${spec} is valid: ${cells}, ${each}, ${most}${counted(plan.runs, "run")}\n`)
    return EXIT.ok
  },
})
