/** Draws workloads: few keys or values and short pauses, so that clients conflict. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { pick, type Random } from "../../runtime/lib/random.ts"
import type { Quarry } from "../courses/swarm.ts"

/**
 * Algorithms whose replicas agree on the outcome of an operation that leaves a choice: others refuse such operations,
 * or diverge, as documented.
 */
const AGREE_ON_CHANCE: ReadonlySet<string> = new Set(["semi-active-replication"])

type Settings = Readonly<Record<string, unknown>>

/**
 * By service, settings as a user writes them. Operations of logs never time out: reads that bypass the log would count
 * as given up and yet be answered.
 */
const LOADS: Readonly<Record<string, (random: Random, algorithm: Algorithm) => Settings>> = {
  "replicated-log": (random, { name, request }) => ({
    ...drawLog(random),
    ask: pick(random, "leader", "leader", "own"),
    nondeterministic: AGREE_ON_CHANCE.has(name) ? pick(random, "0%", "20%") : "0%",
    // An operator transfers the leadership, if the algorithm allows it.
    ...("TransferLeadership" in request ? { transferEvery: pick(random, "0ms", "0ms", "0ms", "15ms") } : {}),
  }),
  "sharded-store": random => ({
    ...drawLog(random),
    keys: 6,
    moveEvery: pick(random, "0ms", "7ms", "30ms"),
    changeEvery: pick(random, "0ms", "0ms", "30ms"),
    transactions: pick(random, "0%", "20%", "60%"),
  }),
  agreement: random => ({
    instances: 0,
    gap: pick(random, "0ms", "1ms", "2ms", "5ms"),
    proposers: random.integer(1, 3),
    commander: "random",
    values: pick(random, 2, 5),
    deadline: "200ms",
  }),
  "mutual-exclusion": (random, { tolerates }) => ({
    hold: pick(random, "0.1ms", "1ms", "20ms"),
    holdTimes: pick(random, "constant", "uniform"),
    think: pick(random, "1ms", "5ms", "20ms"),
    // A node that is down or cut off waits while others have their turns.
    ...(tolerates.faults === "none" ? {} : { starvation: 1_000_000 }),
  }),
  recovery: random => ({
    steps: random.integer(10, 40),
    step: pick(random, "5ms", "10ms"),
    messages: pick(random, "30%", "50%", "80%"),
    outputs: pick(random, "0%", "15%"),
    restart: pick(random, "0s", "7ms"),
  }),
  "leader-election": random => ({ initiators: pick(random, "none", "random", "all"), interval: "20ms" }),
}

/** Settings of an operator that must equal the algorithm's parameter of the same name. */
const SAME = ["shards", "groups"]

/** @param stretch the factor by which a run is longer than others: clients then act more rarely by that factor */
export function drawLoad(
  { algorithm, service, parameters }: Pick<Quarry, "algorithm" | "service" | "parameters">,
  random: Random,
  stretch: number,
): Settings {
  const same = SAME.filter(name => name in service.workload && name in parameters)
  const drawn = {
    ...LOADS[service.name]?.(random, algorithm),
    ...Object.fromEntries(same.map(name => [name, parameters[name]])),
  }
  // Generals have one commander.
  const settings = algorithm.tolerates.faults === "byzantine" ? { ...drawn, proposers: 1 } : drawn
  return stretch > 1 ? stretched(settings, stretch) : settings
}

/** The pauses between operations. */
const PAUSES = ["think", "gap"]

function stretched(settings: Settings, by: number): Settings {
  const longer = PAUSES.flatMap(name => {
    const pause = settings[name]
    return typeof pause === "string" ? [[name, `${by * parseFloat(pause)}ms`]] : []
  })
  return { ...settings, ...Object.fromEntries(longer) }
}

function drawLog(random: Random): Settings {
  return {
    mode: "closed",
    clients: pick(random, 1, 3, 6),
    think: pick(random, "0.5ms", "3ms", "10ms"),
    keys: pick(random, 1, 2, 4),
    writes: pick(random, "put", "mixed", "mixed"),
    reads: pick(random, "10%", "40%", "70%"),
    retryAfter: pick(random, "10ms", "20ms"),
    backoff: "3ms",
    deadline: "5s",
  }
}
