/**
 * Draws runs: group size, parameters, pace, network, disks, load and faults, a different mix each time (Groce et al.,
 * Swarm Testing, ISSTA 2012).
 */
import { type Algorithm, type Claims, claimsOf } from "../../runtime/contract/algorithm.ts"
import { CHANGE_MEMBERSHIP } from "../../runtime/contract/membership.ts"
import type { Service } from "../../runtime/contract/service.ts"
import type { Parameter } from "../../runtime/contract/parameters.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import { pick, type Random } from "../../runtime/lib/random.ts"
import type { Latency } from "../../runtime/network/network.ts"
import { processCount } from "../../runtime/process/parts.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { composeScenario } from "../../runtime/scenario/compose.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import { isInRounds } from "../../runtime/scenario/script.ts"
import type { Quarry } from "../courses/swarm.ts"
import { drawFault, drawKinds, drawTraitors, type Kind, kindsWithin, type Span, withOneDrift } from "./faults.ts"
import { drawLoad } from "./load.ts"

/** A run: a scenario and its seed. */
export interface Run {
  readonly scenario: Scenario
  readonly seed: number
}

/** The length of runs, by the faults that they may have: none; with timers of any pace; with timers of the usual pace. */
const CALM: Micros = 100 * MILLISECOND
const BRISK: Micros = 400 * MILLISECOND
const SLOW: Micros = 2_000 * MILLISECOND
/** A computation ends, and everything before its end is over long before that. */
const FINITE: Micros = 4_000 * MILLISECOND
/** All faults are over by this share of a run. */
const HEALED = 7 / 8
const TRIES = 50
/** The maximum number of events, so that no run takes much longer than others. */
const MAX_EVENTS = 60_000
/** The minimum size of a group whose members have no disk. */
const QUORATE = 3

export function drawRun(quarry: Quarry, random: Random): Run {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const scenario = drawScenario(quarry, random)
    if (scenario !== undefined) return { scenario, seed: drawSeed(random) }
  }
  throw new Error(`${quarry.algorithm.name}: no run within what it claims was found`)
}

export function drawSeed(random: Random): number {
  return 1 + (random.next() >>> 2)
}

/** When faults strike in a scenario, at whom, and for how long. */
export function spanOf({ algorithm, service, parameters, nodes, duration: whole }: Scenario, random: Random): Span {
  const { tolerates, assumes = {} } = claimsOf(algorithm, parameters)
  const { links, timing, storage, clocks } = assumes
  // A process without a disk loses what it knows, so that others have to know it; and some algorithms survive only as
  // many crashes at a time as they claim.
  const isLimited = storage === "none" || links !== undefined || timing === "synchronous"
  const duration = isComputation(service) ? BRISK : whole
  const most = Math.min(tolerates.of(nodes), nodes - 1)
  return {
    nodes,
    processes: processCount(algorithm, nodes, parameters),
    victims: isLimited ? random.choose(random.integer(Math.min(1, most), most), nodes) : null,
    from: Math.min(5 * MILLISECOND, duration / 4),
    to: Math.round(duration * HEALED),
    span: Math.round(duration * pick(random, 0.0075, 0.025, 0.075, 0.15)),
    drift: clocks?.(parameters),
    fewest: storage === "none" ? QUORATE : 1,
  }
}

/** The kinds of faults that a scenario may have. */
export function kindsOf({ algorithm, parameters, nodes }: Scenario): readonly Kind[] {
  const claims = claimsOf(algorithm, parameters)
  // A group that has shrunk survives fewer failures than before.
  const isSteady = claims.assumes?.storage === "none" && nodes > QUORATE
  return kindsWithin(claims, CHANGE_MEMBERSHIP in algorithm.request && !isSteady)
}

/** @returns undefined for one that the algorithm cannot run, or does not claim to survive */
function drawScenario(quarry: Quarry, random: Random): Scenario | undefined {
  const { algorithm, service } = quarry
  const nodes = quarry.nodes[random.integer(0, quarry.nodes.length - 1)]!
  const isFifo = algorithm.assumes?.links === "fifo"
  const isBounded = algorithm.assumes?.timing === "synchronous"
  const pace = drawPace(algorithm, random)
  const delay = pick(random, 1, 2, 2, 5, 30) * MILLISECOND
  const composed = composeScenario(algorithm, service, {
    nodes,
    // Timers that depend on a bound on delays are shortened together with it.
    latency: { model: "uniform", min: 100, max: isBounded ? Math.ceil(delay / pace) : delay },
    ...(isFifo ? { fifo: true } : {}),
  })
  const parameters = drawParameters(quarry, composed.parameters, pace, random)
  if (algorithm.conflict?.(parameters, nodes) !== undefined) return undefined
  const claims = claimsOf(algorithm, parameters)
  const duration = isComputation(service) ? FINITE : lengthOf(algorithm, claims, pace)
  const { workload } = composeScenario(algorithm, service, {
    nodes,
    workload: drawLoad({ ...quarry, parameters }, random, duration / BRISK),
  })
  if (service.problem?.(workload, nodes) !== undefined) return undefined
  const isReliable = claims.assumes?.links !== undefined || claims.tolerates.faults === "none"
  const loss = isReliable ? 0 : pick(random, 0, 0, 0.02, 0.2)
  const duplication = isReliable ? 0 : pick(random, 0, 0.05, 0.3)
  const scenario = {
    ...composed,
    parameters,
    workload,
    network: { ...composed.network, latency: drawLatency(delay, isPaced(algorithm), random), loss, duplication },
    disk: { syncLatency: isPaced(algorithm) ? pick(random, 0, 0, 300, 3_000) : 0 },
    duration,
    eventBudget: MAX_EVENTS,
  }
  const disturbed = { ...scenario, faults: drawFaults(scenario, claims, random) }
  return isBeyondClaims(disturbed) ? undefined : disturbed
}

/** True if the clients' work ends at some time. */
function isComputation({ name }: Service): boolean {
  return name === "recovery"
}

/** Long enough for something that a run may miss to be missed several times. */
function lengthOf(algorithm: Algorithm, { tolerates, assumes = {} }: Claims, pace: number): Micros {
  if (tolerates.faults === "none" || isInRounds(algorithm)) return CALM
  return isPaced(algorithm) && assumes.timing !== "synchronous" ? BRISK : Math.max(BRISK, Math.round(SLOW * pace))
}

/** The factor by which timers are shortened: any if nothing depends on them, otherwise as far as delays allow. */
function drawPace(algorithm: Algorithm, random: Random): number {
  if (isPaced(algorithm)) return pick(random, 1, 0.3, 0.1, 0.1, 0.05, 0.05)
  const isBounded = algorithm.tolerates.faults === "crash" && !isInRounds(algorithm)
  return isBounded ? pick(random, 1, 0.3, 0.1) : 1
}

/** Most delays are similar, so that few messages overtake others; if delays are unbounded, some overtake many. */
function drawLatency(most: Micros, isUnbounded: boolean, random: Random): Latency {
  if (isUnbounded && random.chance(0.25)) return { model: "exponential", floor: 100, mean: most }
  return { model: "uniform", min: 100, max: most }
}

function drawFaults(scenario: Scenario, { tolerates }: Claims, random: Random): readonly Fault[] {
  const span = spanOf(scenario, random)
  if (tolerates.faults === "byzantine") return drawTraitors(random, span)
  // Some survivor has to know the last messages of a process, unless rounds ensure that.
  const breaks = span.victims === null || span.victims.length === 1 || isInRounds(scenario.algorithm)
  const kinds = drawKinds(
    random,
    kindsOf(scenario).filter(kind => breaks || kind !== "brokenBroadcast"),
  )
  if (kinds.length === 0 || span.victims?.length === 0) return []
  const count = span.victims === null ? pick(random, 0, 3, 6, 10, 20, 40) : pick(random, 0, 1, 2, 3, 6, 10)
  return withOneDrift(Array.from({ length: count }, () => drawFault(random, kinds, span)))
}

/** Timers of any pace; other parameters if the algorithm's claims do not depend on them, or if it declares how they do. */
function drawParameters(quarry: Quarry, usual: Scenario["parameters"], pace: number, random: Random) {
  const { algorithm, given, parameters: fixed } = quarry
  const settled = Object.fromEntries(given.map(name => [name, fixed[name]]))
  const known = { ...usual, ...settled }
  // An algorithm that runs in rounds has as many as its parameters say, and claims what they allow.
  const isWild = random.chance(0.8) && !isInRounds(algorithm)
  const drawn = Object.entries(algorithm.parameters).flatMap(([name, declared]) => {
    if (given.includes(name)) return []
    if (declared.kind === "duration") return [[name, paced(known[name], pace, declared)] as const]
    const value = isWild && random.chance(0.5) ? drawValue(declared, random) : undefined
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...known, ...Object.fromEntries(drawn) }
}

/** True if an algorithm keeps its promises with any timers. */
function isPaced({ tolerates, assumes }: Algorithm): boolean {
  return tolerates.faults === "crash" && assumes?.timing !== "synchronous"
}

function paced(value: unknown, pace: number, { min = 0 }: Parameter): unknown {
  return typeof value === "number" ? Math.max(min, Math.ceil(value * pace)) : value
}

/** Undefined for parameters that are mere amounts. */
function drawValue({ kind, values = [], min = 0, max = Infinity }: Parameter, random: Random): unknown {
  if (kind === "flag") return random.chance(0.5)
  if (kind === "choice" && values.length > 0) return values[random.integer(0, values.length - 1)]
  if (kind === "integer") return Math.min(max, Math.max(1, min) + random.integer(0, 3))
  return undefined
}
