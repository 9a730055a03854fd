/** `quorate merge <spec>`: puts the shards of an experiment together and writes its results. */
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import { SWEEP_OPTIONS } from "./sweep-options.ts"
import { concludeRun, concludeSweep } from "./run.ts"

export const merge = command({
  usage: "merge <spec> [from..]",
  summary: "merge the shards of an experiment into the results of all its runs",
  positionals: {
    spec: { type: "string", demandOption: true, describe: "the spec that the shards ran" },
    from: { type: "string", array: true, describe: "stores of runs, or folders of them (default: <out>/shards)" },
  },
  options: { algorithms: ALGORITHMS_OPTION, ...SWEEP_OPTIONS },
  examples: [
    ["merge my-spec.yaml", "the shards in results/my-spec/shards"],
    ["merge my-spec.yaml a/1-of-2.sqlite b/2-of-2.sqlite", "shards from two machines"],
  ],
  async run({ spec, from, algorithms, ...settings }, terminal) {
    const { loadSpec } = await import("../../specs.ts")
    const experiment = await loadSpec(spec, terminal, algorithms)
    const { mergeShards, planExperiment, runOptions, shardFolder, watch } = await import("./sweeps.ts")
    const options = runOptions(experiment, settings)
    const sources = from === undefined || from.length === 0 ? [shardFolder(options.outDir)] : from
    const outcome = await watch(mergeShards(planExperiment(experiment), options, sources), settings, terminal)
    return concludeSweep(outcome, options.outDir, settings, terminal, concludeRun)
  },
})
