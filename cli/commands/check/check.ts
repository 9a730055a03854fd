/** `quorate check <target>`: explores every order of events within bounds, and shows the shortest path to a violation. */
import { ALGORITHMS_OPTION, command, integerOption } from "../../command.ts"
import { LIMIT_OPTION, readDuration } from "../../durations.ts"
import { parseSize } from "../../../runtime/contract/units.ts"

const MAX_COUNT = 100

const SEARCHES = ["breadth", "depth", "random"] as const
const RESTARTS = ["immediate", "none"] as const

function count(name: string, describe: string, min = 0) {
  return { type: "string", requiresArg: true, describe, coerce: integerOption(name, { min, max: MAX_COUNT }) } as const
}

export const check = command({
  usage: "check <target>",
  summary: "explore every order of messages, timeouts and crashes of a small group, and find the shortest violation",
  positionals: {
    target: { type: "string", demandOption: true, describe: "algorithm, scenario file, spec, or bundled experiment" },
  },
  options: {
    service: {
      type: "string",
      requiresArg: true,
      describe: "service to check (default: the first that the algorithm offers)",
    },
    nodes: count("nodes", "nodes of the group (default: 3)", 1),
    operations: count("operations", "number of operations, all clients together (default: 2; Byzantine generals: 1)"),
    timeouts: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of timeouts, in total or by timer: election=1,heartbeat=2 (default: 2)",
    },
    crashes: count("crashes", "maximum number of crashes (default: 1 if the algorithm claims to survive one)"),
    restarts: {
      choices: RESTARTS,
      requiresArg: true,
      describe: "when crashed nodes restart: at once, or never (default: immediate; in rounds: none)",
    },
    amnesias: count("amnesias", "maximum number of crashes that lose the disk (default: 0)"),
    losses: count(
      "losses",
      "maximum number of lost messages (default: 0; safety needs none, as a message may stay undelivered)",
    ),
    duplicates: count("duplicates", "maximum number of duplicated messages (default: 0)"),
    retries: count("retries", "maximum number of client timeouts, after which it asks another node (default: 0)"),
    delays: {
      type: "string",
      requiresArg: true,
      describe:
        "with a clock: delay of a message in ticks, e.g. 0..1, or 0.. for no limit (default: 0..1 if the algorithm relies on clocks)",
    },
    drift: count("drift", "with a clock: maximum clock error in ticks (default: 1 if the algorithm relies on clocks)"),
    ticks: count("ticks", "with a clock: maximum time in ticks (default: no limit)"),
    traitors: { type: "string", requiresArg: true, describe: "nodes that lie, e.g. 1,2 (default: none)" },
    set: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "parameter of the algorithm: key=value; may be repeated",
    },
    liveness: {
      type: "boolean",
      describe:
        "also check liveness: find cycles in which some operation never completes; takes two to three times the memory",
    },
    symmetry: {
      type: "boolean",
      describe:
        "symmetry reduction: count states that differ only by node ids as one, if the algorithm treats all nodes alike",
    },
    workers: {
      type: "string",
      requiresArg: true,
      describe: "threads of a large exploration (default: 1)",
      coerce: integerOption("workers", { min: 1, max: 64 }),
    },
    search: {
      choices: SEARCHES,
      requiresArg: true,
      describe: "search order: nearest states first, deepest first, or random walks (default: breadth)",
    },
    walks: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of random walks (default: 10000, or no limit if the time is limited)",
      coerce: integerOption("walks", { min: 1 }),
    },
    seed: {
      type: "string",
      requiresArg: true,
      describe: "seed of random walks (default: 1)",
      coerce: integerOption("seed", { min: 0 }),
    },
    states: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of states (default: 20000000; of each algorithm of a spec: 200000)",
      coerce: integerOption("states", { min: 1, max: 100_000_000 }),
    },
    depth: {
      type: "string",
      requiresArg: true,
      describe: "maximum length of a path in steps (default: no limit; of random walks: 100)",
      coerce: integerOption("depth", { min: 0 }),
    },
    memory: {
      type: "string",
      requiresArg: true,
      describe: "maximum memory (default: 2GiB)",
      coerce: readMemory,
    },
    time: {
      type: "string",
      requiresArg: true,
      describe: "maximum real time (default: no limit)",
      coerce: (written: string | undefined) => readDuration("time", written),
    },
    checkpoint: {
      type: "string",
      requiresArg: true,
      describe: "file to which a stopped exploration is saved, and from which the same check resumes",
    },
    out: {
      type: "string",
      requiresArg: true,
      describe: "scenario file for a counterexample (default: counterexample.json)",
    },
    json: { type: "boolean", describe: "print the result as JSON" },
    junit: { type: "string", requiresArg: true, describe: "write JUnit XML to this file" },
    limit: LIMIT_OPTION,
    algorithms: ALGORITHMS_OPTION,
  },
  examples: [
    ["check maekawa --operations 3", "three entries into the critical section, in every order of messages"],
    ["check raft --service leader-election --timeouts 3", "who can become leader with three timeouts?"],
    ["check paxos --timeouts 1 --crashes 0 --nodes 2", "two proposers, one of which times out"],
    [
      "check raft --timeouts 6 --search random --time 1min",
      "a minute of random paths, where there are too many to explore all",
    ],
    ["check raft --operations 1 --timeouts election=1 --symmetry", "a sixth of the states, by symmetry"],
    ["check lease-leadership --drift 2", "with a clock: a clock error of two ticks lets two in"],
    ["check counterexample.json", "is it gone? All orders with as many faults as in that run"],
    ["check first-comparison --junit checks.xml", "the algorithms of an experiment, one after the other"],
    ["check floodset --set rounds=f", "one round too few: two processes that decide differently"],
  ],
  async run(options, terminal) {
    const { runChecks } = await import("./run-checks.ts")
    return runChecks(options, terminal)
  },
})

function readMemory(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const bytes = parseSize(written)
  if (bytes !== undefined && bytes > 0) return bytes
  throw new Error(`--memory: expected a size such as 500MiB or 2GiB, found ${JSON.stringify(written)}`)
}
