/**
 * Swarms: each part of a hunt draws its own mix of possible events and its own parameters, and each walk their
 * probabilities. If every run may do everything, hardly any does one thing often enough to matter; where some things
 * are left out, others happen more often (Groce et al., Swarm Testing, ISSTA 2012).
 */
import type { Parameter } from "../../runtime/contract/parameters.ts"
import { pick, type Random } from "../../runtime/lib/random.ts"
import { isInRounds } from "../../runtime/scenario/script.ts"
import { beyondClaims, claimedCrashes } from "../../checking/claims.ts"
import type { CheckRequest } from "../../checking/request.ts"

/** The object of a hunt: the rest is drawn. */
export interface Quarry extends Pick<CheckRequest, "algorithm" | "service" | "parameters"> {
  /** The names of the parameters that are not drawn. */
  readonly given: readonly string[]
  /** Group sizes to draw from. */
  readonly nodes: readonly number[]
  /** The size of the smallest group to explore; default: the smallest of those. */
  readonly smallest?: number
}

const TRIES = 50

/** Crashed processes reboot at once, so that no two are ever down together. */
const MAX_CRASHES = 4

/** Draws a group: its size, parameters and budgets, within what the algorithm claims to survive. */
export function drawRequest(quarry: Quarry, random: Random): CheckRequest {
  return drawWithin(quarry, () => drawGroup(quarry, random))
}

/** Draws a small group in which little happens. */
export function drawScope(quarry: Quarry, random: Random): CheckRequest {
  return drawWithin(quarry, () => drawSmallGroup(quarry, random))
}

function drawWithin(quarry: Quarry, draw: () => CheckRequest): CheckRequest {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const drawn = draw()
    const { algorithm, parameters, nodes } = drawn
    if (algorithm.conflict?.(parameters, nodes) !== undefined) continue
    if (beyond(drawn).length === 0) return drawn
  }
  throw new Error(`${quarry.algorithm.name}: no group within what it claims was found`)
}

/** As `beyondClaims`, but ignores crashes of processes that have a disk and reboot at once. */
function beyond(request: CheckRequest): readonly string[] {
  const some = request.algorithm.assumes?.storage === "none" ? "" : "so many crashes"
  return beyondClaims(request).filter(words => words !== some)
}

function drawGroup(quarry: Quarry, random: Random): CheckRequest {
  const { algorithm, service, nodes: sizes } = quarry
  const { tolerates, assumes = {} } = algorithm
  const nodes = sizes[random.integer(0, sizes.length - 1)]!
  const isSometimes = (most: number): number => (random.chance(0.5) ? random.integer(1, most) : 0)
  const isFragile = assumes.links === undefined && tolerates.faults !== "none"
  const claimed = claimedCrashes(algorithm, nodes, quarry.parameters)
  const isBackAtOnce = assumes.storage !== "none" && !isInRounds(algorithm)
  const most = isBackAtOnce && claimed > 0 ? MAX_CRASHES : claimed
  const withstood = tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0
  return {
    algorithm,
    service,
    nodes,
    operations: tolerates.faults === "byzantine" ? 1 : random.integer(service.name === "recovery" ? 1 : 0, 5),
    parameters: drawParameters(quarry, random),
    traitors: random.choose(withstood, nodes),
    budgets: {
      timeouts: { all: assumes.timing === "synchronous" ? 0 : random.integer(1, 12) },
      crashes: most === 0 ? 0 : isSometimes(most),
      amnesias: 0,
      losses: 0,
      duplicates: isFragile ? isSometimes(3) : 0,
      retries: isSometimes(3),
    },
  }
}

function drawSmallGroup(quarry: Quarry, random: Random): CheckRequest {
  const { algorithm, service } = quarry
  const { tolerates, assumes } = algorithm
  const group = drawGroup(quarry, random)
  const { smallest = Infinity } = quarry
  const isByzantine = tolerates.faults === "byzantine"
  const least = isByzantine ? group.nodes : Math.min(smallest, ...quarry.nodes)
  const larger = quarry.nodes.filter(size => size > least)
  const nodes = larger.length === 0 || random.chance(0.5) ? least : Math.min(...larger)
  const operations = pick(random, 1, 1, 2, 2, 3, 4)
  // The steps of a computation are timers, too.
  const timeouts = service.name === "recovery" ? pick(random, 4, 6, 8) : pick(random, 0, 1, 1, 2, 3)
  return {
    ...group,
    nodes,
    operations: isByzantine ? 1 : operations,
    parameters: random.chance(0.6) ? quarry.parameters : group.parameters,
    traitors: group.traitors.filter(node => node < nodes),
    budgets: {
      ...group.budgets,
      timeouts: { all: assumes?.timing === "synchronous" ? 0 : timeouts },
      crashes: Math.min(1, group.budgets.crashes),
      duplicates: random.chance(0.5) ? 0 : Math.min(1, group.budgets.duplicates),
      retries: Math.min(1, group.budgets.retries ?? 0),
    },
  }
}

/** Parameters as given, or others: an algorithm's claims about crashes hold with any parameters. */
function drawParameters({ algorithm, parameters, given }: Quarry, random: Random): CheckRequest["parameters"] {
  const { tolerates, assumes } = algorithm
  if (tolerates.faults !== "crash" || assumes?.timing === "synchronous" || random.chance(0.2)) return parameters
  const drawn = Object.entries(algorithm.parameters).flatMap(([name, declared]) => {
    if (given.includes(name) || random.chance(0.4)) return []
    const value = drawValue(declared, random)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...parameters, ...Object.fromEntries(drawn) }
}

/** Undefined for parameters that are mere amounts. */
function drawValue({ kind, values = [], min = 0, max = Infinity }: Parameter, random: Random): unknown {
  if (kind === "flag") return random.chance(0.5)
  if (kind === "choice" && values.length > 0) return values[random.integer(0, values.length - 1)]
  if (kind === "integer") return Math.min(max, min + random.integer(0, 3))
  return undefined
}

/** The weights of things in one walk. */
export interface Weather {
  /** By shape of an event, regardless of its node: messages by type, timers and moves by name. */
  readonly kinds: Map<string, number>
  /** By link, or node. */
  readonly places: Map<number, number>
}

export function newWeather(): Weather {
  return { kinds: new Map(), places: new Map() }
}

/** Most things are as likely as others, some very unlikely, some almost certain. */
export function drawWeight(random: Random): number {
  const draw = random.integer(0, 9)
  return draw < 5 ? 1 : draw < 7 ? 0.1 : draw < 8 ? 0.01 : 8
}
