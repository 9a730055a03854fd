/** `quorate lab test [stage]`: a student checks the solution in the folder at hand. */
import { command, integerOption } from "../../command.ts"
import { EXIT, Interrupted, UsageError } from "../../exit-codes.ts"

export const testLab = command({
  usage: "test [stage]",
  summary: "test the solution in this folder: expected, actual, and the run that shows it",
  positionals: { stage: { type: "string", describe: "only this stage, by name or number" } },
  options: {
    dir: { type: "string", requiresArg: true, describe: "the lab's folder (default: the current one)" },
    seeds: {
      type: "string",
      requiresArg: true,
      describe: "seeds of each test, 1 up to this (default: as many as the test names)",
      coerce: integerOption("seeds", { min: 1, max: 10_000 }),
    },
  },
  examples: [
    ["lab test", "all stages of the lab in this folder"],
    ["lab test start", "one stage"],
    ["lab test --seeds 100", "each test with more seeds, to find rare failures"],
  ],
  async run({ stage, dir = ".", seeds }, terminal) {
    const { availableParallelism } = await import("node:os")
    const { resolve } = await import("node:path")
    const { existsSync } = await import("node:fs")
    const { asUsage, reportText, stageNamed } = await import("./labs.ts")
    const { enclosingLab } = await import("../../../labs/engine/submission/folder.ts")
    const { gradeSubmission } = await import("../../../labs/engine/grading/grade.ts")
    const { keepFailures } = await import("./failures.ts")
    const found = asUsage(() => enclosingLab(resolve(dir)))
    if (found === undefined) {
      const named = stage !== undefined && enclosingLab(resolve(stage)) !== undefined
      const remedy = named ? `--dir ${stage} tests that one` : "make one with `quorate lab new <lab>`"
      throw new UsageError(`lab test: ${dir} is no lab's folder; ${remedy}`)
    }
    const { lab, folder } = found
    const file = resolve(folder, lab.file)
    if (!existsSync(file)) throw new UsageError(`${file}: there is no such file; the lab ${lab.name} asks for it`)
    const chosen = stage === undefined ? {} : { stage: stageNamed(lab, stage) }
    const controller = new AbortController()
    const ignore = terminal.onInterrupt(() => controller.abort())
    const more = seeds === undefined ? {} : { seeds }
    const options = { ...chosen, ...more, lanes: 2 * availableParallelism(), signal: controller.signal }
    const report = await gradeSubmission({ lab, file, name: lab.file }, options)
    ignore()
    if (controller.signal.aborted) throw new Interrupted()
    if (report.ungraded !== undefined) {
      terminal.err.write(`quorate: not tested, which is the machine's fault: ${report.ungraded}\n`)
      return EXIT.ungraded
    }
    const kept = await keepFailures(lab, file, folder, report)
    terminal.out.write(reportText(report, test => kept.get(test.number) ?? []))
    return report.score === report.maxScore ? EXIT.ok : EXIT.violated
  },
})
