/** `quorate report <what>`: writes tables, charts and report of an experiment once more, from the runs that are kept. */
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import { UsageError } from "../../exit-codes.ts"
import { SWEEP_OPTIONS } from "./sweep-options.ts"
import { concludeRun, concludeSweep } from "./run.ts"

export const report = command({
  usage: "report <what>",
  summary: "rebuild the report of an experiment from its stored runs",
  positionals: { what: { type: "string", demandOption: true, describe: "folder of results, experiment, or spec" } },
  options: { algorithms: ALGORITHMS_OPTION, ...SWEEP_OPTIONS },
  examples: [
    ["report results/my-spec", "tables, charts and report.html from runs.sqlite, without running anything"],
    ["report my-spec.yaml", "after a change of the spec's charts, from the same runs"],
  ],
  async run({ what, algorithms, ...settings }, terminal) {
    const { experimentIn, reportAgain } = await import("../../../experiments/run/report-again.ts")
    const { StoreError } = await import("../../../lib/errors.ts")
    const { loadSpec } = await import("../../specs.ts")
    const { hasRuns, keptFolder, planExperiment, runOptions, watch } = await import("./sweeps.ts")
    const folder = keptFolder(what)
    try {
      const kept = await experimentIn(folder, algorithms)
      const experiment = kept ?? (await loadSpec(what, terminal, algorithms))
      const options = runOptions(experiment, { ...settings, out: settings.out ?? (kept && folder) })
      if (!hasRuns(options.outDir))
        throw new UsageError(`${options.outDir}: there are no results here; quorate run makes them`)
      const outcome = await watch(reportAgain(planExperiment(experiment), options), settings, terminal)
      return concludeSweep(outcome, options.outDir, settings, terminal, concludeRun)
    } catch (error) {
      throw error instanceof StoreError ? new UsageError(error.message) : error
    }
  },
})
