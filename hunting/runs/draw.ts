/**
 * Draws runs: group size, parameters, pace, network, disks, load and faults, each time another mix (Groce et al., Swarm
 * Testing, ISSTA 2012); and changes of those that have shown something new.
 */
import type { Parameter } from "../../runtime/contract/parameters.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { composeScenario } from "../../runtime/scenario/compose.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import type { Quarry } from "../courses/swarm.ts"
import { drawFault, drawKinds, type Span } from "./faults.ts"
import { drawLoad, pick } from "./load.ts"

/** A run: a scenario and its seed. */
export interface Run {
  readonly scenario: Scenario
  readonly seed: number
}

const DURATION: Micros = 400 * MILLISECOND
/** By then all faults are over. */
const HEALED: Micros = 350 * MILLISECOND
const TRIES = 50
/** No run takes much longer than others. */
const MAX_EVENTS = 60_000

export function drawRun(quarry: Quarry, random: Random): Run {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const scenario = drawScenario(quarry, random)
    if (scenario !== undefined) return { scenario, seed: drawSeed(random) }
  }
  throw new Error(`${quarry.algorithm.name}: no run within what it claims was found`)
}

/** A run with something else about it: its seed, or some of its faults, or those of another one. */
export function changedRun({ scenario, seed }: Run, other: Run, random: Random): Run {
  if (scenario.faults.length === 0 || random.chance(0.3)) return { scenario, seed: drawSeed(random) }
  const faults = changedFaults(scenario, other.scenario, random)
  const changed = { ...scenario, faults }
  return isBeyondClaims(changed) ? { scenario, seed: drawSeed(random) } : { scenario: changed, seed }
}

function changedFaults(scenario: Scenario, other: Scenario, random: Random): readonly Fault[] {
  const { faults, nodes, algorithm } = scenario
  const place = random.integer(0, faults.length - 1)
  const one = faults[place]
  // Without disks, crashes are those of the same nodes all the time.
  switch (random.integer(0, algorithm.assumes?.storage === "none" ? 3 : 5)) {
    case 0:
      return faults.filter((_, at) => at !== place)
    case 1:
      return one === undefined ? faults : faults.with(place, moved(one, random))
    case 2:
      return one === undefined ? faults : [...faults, moved(one, random)]
    case 3:
      return faults.map(fault => (random.chance(0.5) ? moved(fault, random) : fault))
    case 4:
      return other.nodes === nodes ? [...faults.slice(0, place), ...other.faults.slice(place)] : faults
    default:
      return [...faults, drawFault(random, drawKinds(random), spanOf(nodes, null, random))]
  }
}

/** Somewhat earlier or later, shorter or longer. */
function moved(fault: Fault, random: Random): Fault {
  const by = random.integer(-20, 20) * (random.chance(0.5) ? MILLISECOND : 100)
  const at = Math.min(HEALED - 1, Math.max(MILLISECOND, fault.at + by))
  const length = Math.max(1, Math.round((fault.for ?? MILLISECOND) * (0.5 + random.share())))
  return { ...fault, at, for: Math.min(length, HEALED - at) }
}

function drawSeed(random: Random): number {
  return 1 + (random.next() >>> 2)
}

/** @returns undefined for one that the algorithm cannot run, or does not claim to survive */
function drawScenario(quarry: Quarry, random: Random): Scenario | undefined {
  const { algorithm, service } = quarry
  const { assumes = {}, tolerates } = algorithm
  const nodes = quarry.nodes[random.integer(0, quarry.nodes.length - 1)]!
  const isReliable = assumes.links !== undefined || tolerates.faults === "none"
  const delay = pick(random, 1, 2, 2, 5, 30) * MILLISECOND
  const composed = composeScenario(algorithm, service, {
    nodes,
    latency: { model: "uniform", min: 100, max: delay },
    loss: isReliable ? 0 : pick(random, 0, 0, 0.02, 0.2),
    duplication: isReliable ? 0 : pick(random, 0, 0.05, 0.3),
    ...(assumes.links === "fifo" ? { fifo: true } : {}),
    workload: drawLoad(quarry, random),
    syncLatency: assumes.timing === "synchronous" ? "0ms" : pick(random, "0ms", "0ms", "0.3ms", "3ms"),
    duration: `${DURATION}us`,
    eventBudget: MAX_EVENTS,
  })
  const parameters = drawParameters(quarry, composed.parameters, delay, random)
  if (algorithm.conflict?.(parameters, nodes) !== undefined) return undefined
  if (service.problem?.(composed.workload, nodes) !== undefined) return undefined
  const scenario = { ...composed, parameters, faults: drawFaults(quarry, nodes, random) }
  return isBeyondClaims(scenario) ? undefined : scenario
}

function drawFaults({ algorithm }: Quarry, nodes: number, random: Random): readonly Fault[] {
  const { assumes = {}, tolerates } = algorithm
  if (tolerates.faults !== "crash" || assumes.timing === "synchronous" || assumes.links !== undefined) return []
  // What is lost with a process that has no disk, others have to know.
  const victims = assumes.storage === "none" ? random.choose(nodes > 2 ? 1 : 0, nodes) : null
  const kinds = drawKinds(random)
  const span = spanOf(nodes, victims, random)
  const clocks = assumes.clocks === undefined ? kinds : kinds.filter(kind => kind !== "slow" && kind !== "pause")
  if (clocks.length === 0) return []
  return Array.from({ length: pick(random, 0, 3, 6, 10, 20, 40) }, () => drawFault(random, clocks, span))
}

function spanOf(nodes: number, victims: Span["victims"], random: Random): Span {
  const span = pick(random, 3, 10, 30, 60) * MILLISECOND
  return { nodes, victims, from: 5 * MILLISECOND, to: HEALED, span }
}

/** Timers of all paces; other parameters where the algorithm claims the same whatever they are. */
function drawParameters(quarry: Quarry, usual: Scenario["parameters"], delay: Micros, random: Random) {
  const { algorithm, given, parameters: fixed } = quarry
  const { tolerates, assumes } = algorithm
  const settled = Object.fromEntries(given.map(name => [name, fixed[name]]))
  const known = { ...usual, ...settled }
  if (tolerates.faults !== "crash" || assumes?.timing === "synchronous") return known
  const pace = pick(random, 1, 0.3, 0.1, 0.05)
  const isWild = random.chance(0.8)
  const drawn = Object.entries(algorithm.parameters).flatMap(([name, declared]) => {
    if (given.includes(name)) return []
    if (declared.kind === "duration") return [[name, paced(known[name], pace, declared)] as const]
    const value = isWild && random.chance(0.5) ? drawValue(declared, random) : undefined
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...known, ...Object.fromEntries(drawn) }
}

function paced(value: unknown, pace: number, { min = 0 }: Parameter): unknown {
  return typeof value === "number" ? Math.max(min, Math.round(value * pace)) : value
}

/** Undefined of what differs by an amount only. */
function drawValue({ kind, values = [], min = 0, max = Infinity }: Parameter, random: Random): unknown {
  if (kind === "flag") return random.chance(0.5)
  if (kind === "choice" && values.length > 0) return values[random.integer(0, values.length - 1)]
  if (kind === "integer") return Math.min(max, min + random.integer(0, 3))
  return undefined
}
