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
      describe: "service to hunt in (default: all that the algorithm offers, in turn)",
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
      describe: "maximum real time (default: 1min)",
      coerce: (written: string | undefined) => readDuration("time", written),
    },
    runs: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of runs; the same seed gives the same runs (default: limited by time only)",
      coerce: integerOption("runs", { min: 1 }),
    },
    seed: {
      type: "string",
      requiresArg: true,
      describe: "seed of all random choices (default: 1)",
      coerce: integerOption("seed", { min: 0 }),
    },
    corpus: {
      type: "string",
      requiresArg: true,
      describe: "folder of interesting runs: the hunt starts from those in it, and adds its own",
    },
    out: {
      type: "string",
      requiresArg: true,
      describe: "scenario file for a violation (default: counterexample.json)",
    },
    json: { type: "boolean", describe: "print the result as JSON" },
    limit: LIMIT_OPTION,
    algorithms: ALGORITHMS_OPTION,
  },
  examples: [
    ["hunt raft", "a minute of random runs, no two alike"],
    ["hunt raft --set reads=index --time 10min --corpus my-corpus", "resumes later where it stopped"],
    ["hunt my-spec.yaml --runs 5000", "the algorithms of the spec, with its parameters, under random conditions"],
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
