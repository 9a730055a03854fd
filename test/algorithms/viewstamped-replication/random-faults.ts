/**
 * Random scenarios with every fault that Viewstamped Replication claims to survive, drawn from a seed: partitions, loss,
 * duplication, reordering, delays, pauses, and crashes of up to f replicas at a time, all of which lose all they know.
 *
 * A replica has failed until it has recovered. So crashes come in shifts: in each, up to f replicas crash as often as the
 * draw has it, while links are bad; then all faults end for long enough that everybody recovers; and then others may crash.
 */
import { failuresOf } from "../../../algorithms/viewstamped-replication/configuration.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import type { Effect, Fault } from "../../../runtime/faults/fault.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"
import { drawTrouble } from "../../support/trouble.ts"

/** Between two shifts: some view changes, each of which has the time of a timeout. */
const CALM: Micros = 100 * MILLISECOND
/** After the last one. */
export const WATCHED: Micros = 100 * MILLISECOND

export const BRISK = { viewChangeTimeout: "20ms", heartbeatInterval: "7ms" }

export interface Shifts extends ServiceRunOptions {
  readonly nodes: number
  /** When the last fault is over, and everybody has had time to recover. */
  readonly recovered: Micros
}

export interface Reconfigured extends Shifts {
  /** The group that the operator wants in the end. */
  readonly members: readonly number[]
}

export function randomScenario(seed: number): Shifts {
  const random = Random.stream(seed, "faults", 4)
  const nodes = pick(random, 3, 3, 3, 4, 5, 5, 7)
  const { faults, at } = drawShifts(random, nodes, failuresOf(nodes))
  return { ...groupOf(random, nodes, {}), faults, recovered: at, duration: `${at + WATCHED}us` }
}

/**
 * The same with reconfigurations: the operator wants other groups at any time, while links are bad and replicas crash. No more
 * than the smallest of them survives have failed at a time, spares among them.
 */
export function randomReconfigurations(seed: number): Reconfigured {
  const random = Random.stream(seed, "faults", 6)
  const nodes = pick(random, 4, 5, 5, 6, 7)
  const initialMembers = random.integer(3, nodes)
  const groups = Array.from({ length: random.integer(1, 5) }, () => random.choose(random.integer(3, nodes), nodes))
  const { faults, at } = drawShifts(
    random,
    nodes,
    failuresOf(Math.min(initialMembers, ...groups.map(group => group.length))),
  )
  const changes = groups.map((members): Fault => ({ kind: "membership", members, at: random.integer(0, at - CALM) }))
  const last = changes.reduce((latest, change) => (change.at >= latest.at ? change : latest))
  const recovered = at + CALM
  return {
    ...groupOf(random, nodes, { initialMembers }),
    faults: [...faults, ...changes],
    members: last.kind === "membership" ? last.members : [],
    recovered,
    duration: `${recovered + WATCHED}us`,
  }
}

/** Shifts of bad links and crashes of up to so many replicas, and when the last one is over and everybody has recovered. */
function drawShifts(
  random: Random,
  nodes: number,
  failures: number,
): { readonly faults: Fault[]; readonly at: Micros } {
  const faults: Fault[] = []
  let at = 10 * MILLISECOND
  for (let left = random.integer(1, 4); left > 0; left--) {
    const end = at + random.integer(30, 120) * MILLISECOND
    const victims = random.choose(failures, nodes)
    for (let drawn = random.integer(2, 7); drawn > 0; drawn--) faults.push(drawFault(random, nodes, victims, at, end))
    at = end + CALM
  }
  return { faults, at }
}

function groupOf(random: Random, nodes: number, parameters: Readonly<Record<string, unknown>>) {
  return {
    nodes,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    duplication: pick(random, 0, 0.1),
    parameters: { ...BRISK, checkpointEvery: pick(random, 0, 1, 3, 10, 1000), ...parameters },
    workload: {
      mode: "closed",
      clients: 3,
      think: "2ms",
      retryAfter: "15ms",
      backoff: "3ms",
      deadline: "80ms",
      keys: 2,
      writes: "mixed",
      reads: "30%",
    },
  } as const
}

function drawFault(random: Random, nodes: number, victims: readonly number[], from: Micros, end: Micros): Fault {
  const at = random.integer(from, end - 1)
  const lasts = Math.min(random.integer(MILLISECOND, 60 * MILLISECOND), end - at)
  return { ...drawTrouble(random, nodes, () => drawCrash(random, victims)), at, for: lasts }
}

/** All the same to who has no disk. */
function drawCrash(random: Random, victims: readonly number[]): Effect {
  return {
    kind: pick(random, "crash", "amnesia", "tornWrite"),
    target: { nodes: victims.slice(0, random.integer(1, victims.length)) },
  }
}
