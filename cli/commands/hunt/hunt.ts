/** `quorate hunt <algorithm|spec>`: looks for rare violations if there are too many orders of events to explore all. */
import { ALGORITHMS_OPTION, command, integerOption } from "../../command.ts"
import { LIMIT_OPTION, readDuration } from "../../durations.ts"

const DEFAULT_TIME_MS = 60_000

export const hunt = command({
  usage: "hunt <quarry>",
  summary:
    "look for rare violations: runs with another mix of faults and parameters each, and from what was new in them on",
  positionals: {
    quarry: { type: "string", demandOption: true, describe: "algorithm, spec, or name of a bundled experiment" },
  },
  options: {
    service: {
      type: "string",
      requiresArg: true,
      describe: "what its clients want (default: all that it serves, by turns)",
    },
    nodes: { type: "string", requiresArg: true, describe: "group sizes to draw from, e.g. 3,5 (default: 3 to 5)" },
    set: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "parameter of the algorithm that is not drawn: key=value; may be repeated",
    },
    time: {
      type: "string",
      requiresArg: true,
      describe: "real time after which to stop (default: 1min)",
      coerce: (written: string | undefined) => readDuration("time", written),
    },
    runs: {
      type: "string",
      requiresArg: true,
      describe: "runs after which to stop; with the same seed the same ones (default: no limit but time)",
      coerce: integerOption("runs", { min: 1 }),
    },
    seed: {
      type: "string",
      requiresArg: true,
      describe: "seed of all that is drawn (default: 1)",
      coerce: integerOption("seed", { min: 0 }),
    },
    corpus: {
      type: "string",
      requiresArg: true,
      describe: "folder of the runs that met something new: begins with those in it, and leaves its own there",
    },
    out: {
      type: "string",
      requiresArg: true,
      describe: "scenario file for what is found (default: counterexample.json)",
    },
    json: { type: "boolean", describe: "print the result as JSON" },
    limit: LIMIT_OPTION,
    algorithms: ALGORITHMS_OPTION,
  },
  examples: [
    ["hunt raft", "a minute of runs and courses, none of which is like another"],
    ["hunt raft --set reads=index --time 10min --corpus my-corpus", "continues tomorrow where it ends today"],
    ["hunt my-spec.yaml --runs 5000", "what the spec compares, with its parameters, in all weathers"],
  ],
  async run(options, terminal) {
    const { quarriesOf } = await import("./quarries.ts")
    const { pursue } = await import("./pursue.ts")
    const { LIMIT_MS } = await import("../../../experiments/run/prepare.ts")
    const { registry, quarries, outside } = await quarriesOf(options, terminal)
    const {
      time: timeMs = options.runs === undefined ? DEFAULT_TIME_MS : Infinity,
      runs = Infinity,
      seed = 1,
    } = options
    const { corpus, json = false, out: file = "counterexample.json", limit: limitMs = LIMIT_MS } = options
    return pursue(quarries, registry, { timeMs, runs, limitMs, seed, corpus, file, json, outside }, terminal)
  },
})
