/** `quorate trace <what>`: makes a page that shows one run as a space-time diagram. */
import { LIMIT_OPTION } from "../../durations.ts"
import { ALGORITHMS_OPTION, command, integerOption } from "../../command.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"

export const trace = command({
  usage: "trace <what>",
  summary: "write a page (one HTML file) that shows one run as a space-time diagram, step by step",
  positionals: {
    what: {
      type: "string",
      demandOption: true,
      describe: "bundled scenario, scenario file, folder of results, spec or experiment",
    },
  },
  options: {
    run: { type: "string", requiresArg: true, describe: "the run's id, as in runs.csv; a scenario file needs none" },
    cell: { type: "string", requiresArg: true, describe: "the first run of this cell, e.g. raft/nodes=5" },
    seed: {
      type: "string",
      requiresArg: true,
      describe: "seed to use in place of the run's own",
      coerce: integerOption("seed", { min: 0 }),
    },
    out: { type: "string", requiresArg: true, default: "trace.html", describe: "the file to write" },
    algorithms: ALGORITHMS_OPTION,
    limit: LIMIT_OPTION,
  },
  examples: [
    ["trace split-vote", "a Raft election with a split vote"],
    ["trace bully-partition", "bully on both sides of a partition: two leaders"],
    ["trace ricart-agrawala-contention", "three nodes want the critical section at once"],
    ["trace traitorous-commander", "OM(1): a commander who gives contradicting orders"],
    ["trace results/first-comparison --run raft-commands/crashes=3/1", "a run of an experiment"],
    ["trace scenario.json --seed 7", "the run of a scenario file with another seed"],
  ],
  async run({ what, run, cell, seed, out: file, algorithms, limit: limitMs }, { out, err, ...terminal }) {
    const [{ loadRun }, { resolveSpec, resolveScenario }, { tracePage }, { writeFile }] = await Promise.all([
      import("./replays.ts"),
      import("../../../experiments/plan/bundled.ts"),
      import("../../../debugger/trace-page.ts"),
      import("node:fs/promises"),
    ])
    if (run !== undefined && cell !== undefined) throw new UsageError("--run and --cell: give one of the two")
    const id = cell === undefined ? run : `${cell}/1`
    const target = resolveScenario(what) ?? resolveSpec(what)
    const found = await loadRun(target, { out, err, ...terminal }, { id, seed, outside: algorithms, limitMs })
    if (found.codeChanged) err.write("quorate: recorded by another version: the run may differ now\n")
    const page = await tracePage(found, commandLine(what, id, seed))
    try {
      await writeFile(file, page)
    } catch (error) {
      const { whyNotWritten } = await import("../../../lib/errors.ts")
      throw new UsageError(`--out: ${file} cannot be written: ${whyNotWritten(file, error)}`)
    }
    out.write(`${file}: open it in a browser (${(page.length / 1024).toFixed(0)} KiB, needs no network)\n`)
    return EXIT.ok
  },
})

function commandLine(what: string, run: string | undefined, seed: number | undefined): string {
  const options = [run === undefined ? "" : ` --run "${run}"`, seed === undefined ? "" : ` --seed ${seed}`]
  return `quorate trace ${what}${options.join("")}`
}
