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
    service: { type: "string", requiresArg: true, describe: "what its clients want (default: what it serves first)" },
    nodes: count("nodes", "nodes of the group (default: 3)", 1),
    operations: count("operations", "operations of all clients (default: 2; Byzantine generals: 1)"),
    timeouts: {
      type: "string",
      requiresArg: true,
      describe: "timers that run out, all together, or by name: election=1,heartbeat=2 (default: 2)",
    },
    crashes: count("crashes", "crashes of nodes (default: 1 if the algorithm claims to survive one)"),
    restarts: {
      choices: RESTARTS,
      requiresArg: true,
      describe: "when nodes that crash come back: at once, or never (default: immediate; in rounds: none)",
    },
    amnesias: count("amnesias", "crashes that lose the disk (default: 0)"),
    losses: count("losses", "messages lost; for safety none need be: one that never arrives is lost (default: 0)"),
    duplicates: count("duplicates", "messages that arrive twice (default: 0)"),
    retries: count("retries", "times that a client loses patience and asks another node (default: 0)"),
    delays: {
      type: "string",
      requiresArg: true,
      describe:
        "with a clock: ticks for which a message is under way, e.g. 0..1, or 0.. for no limit (default: 0..1 if it rests on clocks)",
    },
    drift: count("drift", "with a clock: ticks that clocks count wrongly (default: 1 if it rests on clocks)"),
    ticks: count("ticks", "with a clock: ticks that pass (default: no limit)"),
    traitors: { type: "string", requiresArg: true, describe: "nodes that lie, e.g. 1,2 (default: none)" },
    set: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "parameter of the algorithm: key=value; may be repeated",
    },
    liveness: {
      type: "boolean",
      describe: "look for loops in which not all is ever done, too: takes two to three times the memory",
    },
    symmetry: {
      type: "boolean",
      describe: "count states as one that differ by the ids of nodes alone, where the algorithm treats all nodes alike",
    },
    workers: {
      type: "string",
      requiresArg: true,
      describe: "threads that explore a large check together (default: 1)",
      coerce: integerOption("workers", { min: 1, max: 64 }),
    },
    search: {
      choices: SEARCHES,
      requiresArg: true,
      describe: "what comes first: what is near, what is deep, or anything at random (default: breadth)",
    },
    walks: {
      type: "string",
      requiresArg: true,
      describe: "random walks after which to stop (default: 10000, or no limit if there is one of time)",
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
      describe: "states after which to stop (default: 20000000; of each algorithm of a spec: 200000)",
      coerce: integerOption("states", { min: 1, max: 100_000_000 }),
    },
    depth: {
      type: "string",
      requiresArg: true,
      describe: "steps of the longest path (default: no limit; of random walks: 100)",
      coerce: integerOption("depth", { min: 0 }),
    },
    memory: {
      type: "string",
      requiresArg: true,
      describe: "memory at which to stop (default: 2GiB)",
      coerce: readMemory,
    },
    time: {
      type: "string",
      requiresArg: true,
      describe: "real time after which to stop (default: no limit)",
      coerce: (written: string | undefined) => readDuration("time", written),
    },
    checkpoint: {
      type: "string",
      requiresArg: true,
      describe: "file that an exploration which is stopped leaves, and from which the same check continues",
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
    ["check raft --service leader-election --timeouts 3", "who can come to lead if timers run out three times?"],
    ["check paxos --timeouts 1 --crashes 0 --nodes 2", "two proposers, one of which loses patience"],
    [
      "check raft --timeouts 6 --search random --time 1min",
      "a minute of random paths, where there are too many for all",
    ],
    [
      "check raft --operations 1 --timeouts election=1 --symmetry",
      "a sixth of the states: which node is which does not matter",
    ],
    ["check lease-leadership --drift 2", "with a clock: two ticks that are counted wrongly let two in"],
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
