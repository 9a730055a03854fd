/** `quorate shrink <what>`: shrinks a violating run as far as possible, and saves it as a scenario file. */
import { LIMIT_OPTION } from "../../durations.ts"
import { ALGORITHMS_OPTION, command, integerOption } from "../../command.ts"
import { EXIT } from "../../exit-codes.ts"

export const shrink = command({
  usage: "shrink <what>",
  summary: "find the smallest scenario that still violates the check that a run violates",
  positionals: {
    what: { type: "string", demandOption: true, describe: "scenario file, folder of results, spec or experiment" },
  },
  options: {
    algorithms: ALGORITHMS_OPTION,
    limit: LIMIT_OPTION,
    run: { type: "string", requiresArg: true, describe: "the run's id, as in runs.csv; a scenario file needs none" },
    check: { type: "string", requiresArg: true, describe: "the check to keep violated (default: the first one)" },
    runs: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of simulated runs (default: 20000)",
      coerce: integerOption("runs", { min: 1, max: 10_000_000 }),
    },
    out: { type: "string", requiresArg: true, describe: "the scenario file to write (default: shrunk-<run>.json)" },
  },
  examples: [
    ["shrink results/my-spec --run raft/nodes=5/7", "the smallest scenario with the violation of that run"],
    ["shrink scenario.json --check linearizable", "of a scenario file that violates several checks"],
  ],
  async run({ what, run, check, runs, out, algorithms, limit: limitMs }, terminal) {
    const { loadRun } = await import("./replays.ts")
    const { resolveScenario, resolveSpec } = await import("../../../experiments/plan/bundled.ts")
    const { shrinkRun } = await import("./shrinking.ts")
    const found = await loadRun(resolveScenario(what) ?? resolveSpec(what), terminal, {
      id: run,
      outside: algorithms,
      limitMs,
    })
    const file = out ?? `shrunk-${found.id.replaceAll(/[^\w.=-]+/g, "-")}.json`
    terminal.out.write(await shrinkRun(found, { file, check, runs }))
    return EXIT.violated
  },
})
