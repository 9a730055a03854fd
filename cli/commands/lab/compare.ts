/** `quorate lab compare <what>`: submissions against the project's own algorithm, on the comparison charts. */
import { command } from "../../command.ts"
import { UsageError } from "../../exit-codes.ts"
import type { SweepSettings } from "../sweep/sweep-options.ts"

/** A chart with more lines would be unreadable. */
const MAX_COMPARED = 12

export const compareLab = command({
  usage: "compare <what>",
  summary: "run submissions beside the project's own algorithm in an experiment; trusts their code",
  positionals: {
    what: { type: "string", demandOption: true, describe: "a file, a student's folder, or a folder of such folders" },
  },
  options: {
    lab: { type: "string", requiresArg: true, describe: "the lab, if the folder does not name it" },
    out: { type: "string", requiresArg: true, describe: "folder for spec and results (default: <lab>-comparison)" },
  },
  examples: [["lab compare my-bully", "your bully against ours: tables and charts in bully-comparison/"]],
  async run({ what, lab: name, out }, terminal) {
    const { join } = await import("node:path")
    const { findSubmissions, labNamed } = await import("./labs.ts")
    const { writeComparison } = await import("../../../labs/engine/grading/compare.ts")
    const { loadSpec } = await import("../../specs.ts")
    const sweeps = await import("../sweep/sweeps.ts")
    const { concludeRun, concludeSweep } = await import("../sweep/run.ts")
    const found = findSubmissions(what, name === undefined ? undefined : labNamed(name))
    const submissions = found.map(submission => {
      if ("lab" in submission) return submission
      throw new UsageError(`lab compare: ${submission.name}: ${submission.problem}`)
    })
    const { lab } = submissions[0]!
    if (lab.kind !== "implement") throw new UsageError(`lab compare: in the lab ${lab.name} there are no algorithms`)
    const others = submissions.filter(submission => submission.lab !== lab)
    if (others.length > 0) throw new UsageError(`lab compare: ${what} has submissions of several labs; choose one`)
    if (submissions.length > MAX_COMPARED) {
      throw new UsageError(`lab compare: found ${submissions.length} submissions; expected at most ${MAX_COMPARED}`)
    }
    const folder = out ?? `${lab.name}-comparison`
    const experiment = await loadSpec(writeComparison(lab, submissions, folder), terminal, [])
    const outDir = join(folder, "results")
    const settings: SweepSettings = { out: outDir }
    const plan = sweeps.planExperiment(experiment)
    const running = sweeps.runExperiment(plan, sweeps.runOptions(experiment, settings))
    return concludeSweep(await sweeps.watch(running, settings, terminal), outDir, settings, terminal, concludeRun)
  },
})
