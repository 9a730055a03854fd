/**
 * The fault schedule of a run, computed before it begins.
 *
 * Random targets are drawn and repetitions expanded, except where they depend on the nodes' behaviour: who leads when a
 * fault of the leader strikes, and when a condition becomes true. A timeline is again a list of faults: a scenario
 * whose faults are replaced by its timeline has the same run.
 */
import { logarithm } from "../lib/exact-math.ts"
import type { Fault, Periodic, Renewal } from "./fault.ts"
import { allLinks } from "./links.ts"
import { descriptorOf } from "./registry.ts"
import { membersIn } from "../network/delay-tables.ts"
import type { Network } from "../network/network.ts"
import { GOLDEN, mix, Random, streamKey } from "../lib/random.ts"
import type { Micros } from "../contract/units.ts"

/**
 * Random streams of faults at random times, numbered above those of schedules and of faults that wait for a condition.
 */
const TIME_STREAMS = 0x2_0000

/** The group that faults hit: the number of its members, and their regions. */
export interface Hit {
  readonly nodes: number
  readonly network?: Pick<Network, "regions">
}

/** The inputs of a timeline. */
export interface FaultPlan extends Hit {
  readonly faults: readonly Fault[]
  readonly duration: Micros
}

/**
 * The faults of a run in the order in which they strike: a pure function of the scenario's faults, number of nodes,
 * duration and regions, and of the seed. It does not depend on the algorithm.
 */
export function faultTimeline(plan: FaultPlan, seed: number): readonly Fault[] {
  const { nodes, faults, duration } = plan
  const drawn = Random.stream(seed, "faults")
  let scheduled = 0
  let waiting = 0
  let timed = 0
  const timeline = faults.flatMap((given): readonly Fault[] => {
    // A time has its own stream: drawing it changes no target.
    const fault =
      given.within === undefined ? given : withDrawnTime(given, streamKey(seed, "faults", TIME_STREAMS + timed++))
    const { schedule } = fault
    if (schedule === undefined) return [definite(fault, plan, drawn)]
    if (schedule.kind === "when") return [{ ...fault, schedule: { ...schedule, stream: schedule.stream ?? waiting++ } }]
    // Each schedule has its own stream: adding a fault after it does not change it.
    const key = streamKey(seed, "faults", ++scheduled)
    const random = new Random(key)
    const end = Math.min(schedule.until ?? duration, duration)
    if (schedule.kind === "every") {
      return strokesOf(fault, schedule, end).map(stroke => definite(stroke, plan, random))
    }
    const parts = partsOf(withDrawnTarget(fault, plan, random), nodes).map((part, index): RenewedPart => {
      return { fault: part, random: new Random(mix(key ^ Math.imul(index + 1, GOLDEN))) }
    })
    return renewalsOf(parts, schedule, end)
  })
  return timeline.toSorted((a, b) => a.at - b.at)
}

/** Draws the random settings of a fault. */
export function definite(fault: Fault, hit: Hit, random: Random): Fault {
  return withDrawnExtent(withDrawnTarget(fault, hit, random), random)
}

/** One strike of a fault with a schedule, which ends by `until`. */
export function strokeOf(fault: Fault, at: Micros, span = fault.for, until?: Micros): Fault {
  const { for: _for, schedule: _schedule, ...effect } = fault
  const rest = until === undefined ? span : Math.min(span ?? Infinity, until - at)
  return rest === undefined ? { ...effect, at } : { ...effect, at, for: rest }
}

function strokesOf(fault: Fault, { every, times, until }: Periodic, end: Micros): readonly Fault[] {
  const turns = turnsOf(fault)
  const most = times ?? turns?.length ?? Infinity
  const strokes: Fault[] = []
  for (let at = fault.at; at < end && strokes.length < most; at += every) {
    const own = turns === undefined ? fault : turns[strokes.length % turns.length]!
    strokes.push(strokeOf(own, at, fault.for, until))
  }
  return strokes
}

/** The fault for each of its target nodes, if these take turns; otherwise undefined. */
function turnsOf(fault: Fault): readonly Fault[] | undefined {
  if (descriptorOf(fault).takesTurns !== true || !("target" in fault) || fault.target === undefined) return undefined
  if (!("nodes" in fault.target)) return undefined
  return fault.target.nodes.map(node => ({ ...fault, target: { nodes: [node] } }))
}

/** A node or link that fails and is repaired. */
interface RenewedPart {
  readonly fault: Fault
  /** Its own stream: the times of its failures and repairs do not depend on other parts. */
  readonly random: Random
}

/** Failures of parts; in order of time if they share crews. */
function renewalsOf(parts: readonly RenewedPart[], schedule: Renewal, end: Micros): readonly Fault[] {
  const { mtbf, mttr, spans, crews = parts.length, until } = schedule
  const draw = (random: Random, mean: Micros): Micros =>
    spans === "fixed" ? mean : Math.max(1, Math.round(-mean * logarithm(1 - random.share())))
  const next = parts.map(
    ({ fault, random }) => fault.at + (spans === "fixed" ? Math.floor(random.share() * mtbf) : draw(random, mtbf)),
  )
  // When each crew is free.
  const free = Array.from({ length: Math.min(crews, parts.length) }, () => 0)
  const strokes: Fault[][] = parts.map(() => [])
  for (let part = earliest(next); next[part]! < end; part = earliest(next)) {
    const { fault, random } = parts[part]!
    const at = next[part]!
    const crew = earliest(free)
    const span = Math.max(0, free[crew]! - at) + draw(random, mttr)
    free[crew] = at + span
    strokes[part]!.push(withDrawnExtent(strokeOf(fault, at, span, until), random))
    next[part] = at + span + draw(random, mtbf)
  }
  return strokes.flat()
}

/** The index of the first minimum. */
function earliest(times: readonly Micros[]): number {
  return times.reduce((first, time, place) => (time < times[first]! ? place : first), 0)
}

/** The fault for each node or link that fails independently. */
function partsOf(fault: Fault, size: number): readonly Fault[] {
  if ("links" in fault && fault.links !== undefined) return fault.links.map(link => ({ ...fault, links: [link] }))
  if ("target" in fault && fault.target !== undefined && "nodes" in fault.target) {
    return fault.target.nodes.map(node => ({ ...fault, target: { ...fault.target, nodes: [node] } }))
  }
  if (descriptorOf(fault).failsByLink !== true) return [fault]
  const links = allLinks(size).filter(([from, to]) => from < to)
  return links.map(link => ({ ...fault, links: [link] }))
}

function withDrawnTime({ within = 0, ...fault }: Fault, key: number): Fault {
  return { ...fault, at: fault.at + new Random(key).integer(0, within) }
}

function withDrawnTarget(fault: Fault, { nodes: size, network }: Hit, random: Random): Fault {
  const { drawTarget } = descriptorOf(fault)
  if (drawTarget !== undefined) return drawTarget(fault, size, random)
  if (!("target" in fault) || fault.target === undefined || "nodes" in fault.target) return fault
  const { target } = fault
  if ("random" in target) return { ...fault, target: { nodes: random.choose(target.random, size) } }
  if (!("region" in target)) return fault
  const { region, count } = target
  const there = membersIn(region, network?.regions, size)
  const nodes = count === undefined ? there : random.choose(count, there.length).map(place => there[place]!)
  return { ...fault, target: { nodes, region } }
}

function withDrawnExtent(fault: Fault, random: Random): Fault {
  return descriptorOf(fault).drawExtent?.(fault, random) ?? fault
}
