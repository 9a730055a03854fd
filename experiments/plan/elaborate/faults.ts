/** Faults of a spec, made definite for one point of the sweep: what they do, and to whom. */
import { settingsOf } from "../schema/fault-schema.ts"
import type { Effect, Fault, FaultKind, Scope, Side, Target } from "../../../runtime/faults/fault.ts"
import type { Link } from "../../../runtime/network/network.ts"
import { type Micros, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import { type FaultSettings, type FaultSpec } from "../schema/fault-schema.ts"
import { countOf, type FaultSetting, timeOf, valueOf } from "./fault-setting.ts"
import { timingOf } from "./fault-timing.ts"
import { parseSigned, shareOf } from "../schema/scalars.ts"
import { behaviourOf } from "./strategies.ts"

/** The fault as the runtime takes it, or `undefined` if it hits nobody here or is not well formed. */
export function definiteFault(spec: FaultSpec, setting: FaultSetting): Fault | undefined {
  const found = settingsOf(spec)
  if (found === undefined) {
    setting.report(
      setting.path,
      `found ${Object.keys(spec).length} kinds of faults, expected one: begin each with a "-" of its own`,
    )
    return undefined
  }
  const [kind, settings] = found
  const within = { ...setting, path: [...setting.path, kind] }
  const timing = timingOf(kind, settings, within)
  const effect = timing && effectOf(kind, settings, within)
  return effect && { ...effect, ...timing }
}

function effectOf(kind: FaultKind, settings: FaultSettings, setting: FaultSetting): Effect | undefined {
  const onNodes = <E>(make: (target: Target) => E): E | undefined => {
    const target = targetOf(kind, settings, setting)
    return target && make(target)
  }
  const onLinks = <E>(make: (scope: Scope) => E): E | undefined => {
    const scope = scopeOf(kind, settings, setting)
    return scope && make(scope)
  }
  const time = (key: keyof FaultSettings): Micros => timeOf(key, settings, setting) ?? 0
  const share = (): number => shareOf(valueOf("share", settings, setting) ?? 0)
  const by = (parse: (text: string) => number | undefined): number =>
    parseSigned(String(valueOf("by", settings, setting)), parse) ?? 0
  switch (kind) {
    case "crash":
    case "restart":
    case "pause":
    case "amnesia":
    case "failingDisk":
      return onNodes(target => ({ kind, target }))
    case "tornWrite":
      if (!setting.disksTakeTime) {
        setting.report(setting.path, "every write is durable at once; say disk: { syncLatency: 5ms }, for example")
        return undefined
      }
      return onNodes(target => ({ kind, target }))
    case "slow":
      return onNodes(target => ({ kind, target, serviceTime: time("serviceTime") }))
    case "slowDisk":
      return onNodes(target => ({ kind, target, syncLatency: time("syncLatency") }))
    case "isolate": {
      const { direction } = settings
      return onNodes(target => ({ kind, target, ...(direction === undefined ? {} : { direction }) }))
    }
    case "clockOffset":
      return onNodes(target => ({ kind, target, by: by(text => parseDuration(text, setting.linkDelay)) }))
    case "clockDrift":
      return onNodes(target => ({ kind, target, by: by(parseShare) }))
    case "byzantine": {
      const swept = setting.swept["behaviour"]?.toString()
      const behaviour = settings.behaviour && behaviourOf(settings.behaviour, setting.nodes, swept)
      if (typeof behaviour === "object" && "problem" in behaviour) {
        setting.report([...setting.path, "behaviour"], behaviour.problem)
        return undefined
      }
      return behaviour && onNodes(target => ({ kind, target, behaviour }))
    }
    case "membership":
      return membershipOf(settings, setting)
    case "partition":
      return partitionOf(settings, setting)
    case "cut":
      return onLinks(scope => ({ kind, ...scope }))
    case "loss":
    case "corruption":
    case "duplication":
      return onLinks(scope => ({ kind, share: share(), ...scope }))
    case "reordering":
      return onLinks(scope => ({ kind, share: share(), by: time("by"), ...scope }))
    case "delay":
      return onLinks(scope => ({ kind, by: time("by"), ...scope }))
  }
}

function targetOf(kind: FaultKind, settings: FaultSettings, setting: FaultSetting): Target | undefined {
  const { count, nodes, leader, when, mtbf } = settings
  const all = { nodes: Array.from({ length: setting.nodes }, (_, node) => node) }
  const given = [count, nodes, leader].filter(part => part !== undefined).length
  if (given === 0) {
    // Whom else would a condition about leaders mean; and renewal is about every node unless it says about which.
    if (when !== undefined) return { leader: true }
    if (kind === "restart" || mtbf !== undefined) return all
  }
  if (given !== 1) {
    setting.report(setting.path, "expected one of count (so many random nodes), nodes (a list) or leader: true")
    return undefined
  }
  if (leader !== undefined) return { leader }
  if (nodes === "all") return all
  if (nodes !== undefined) return areDistinct(nodes, "nodes", setting) ? { nodes } : undefined
  const random = countOf(valueOf("count", settings, setting) ?? 0, [...setting.path, "count"], setting)
  if (random === undefined || random === 0) return undefined
  if (random > 0 && random <= setting.nodes) return { random }
  setting.report([...setting.path, "count"], `${random} of n = ${setting.nodes} nodes; expected 0 to ${setting.nodes}`)
  return undefined
}

function areThere(nodes: readonly number[], key: string, { nodes: n, path, report }: FaultSetting): boolean {
  const outside = nodes.findIndex(node => node >= n)
  if (outside < 0) return true
  report([...path, key, outside], `found node ${nodes[outside]}, but with n = ${n} the last node is ${n - 1}`)
  return false
}

/** Whether nodes that a list names are there, and each once. */
function areDistinct(nodes: readonly number[], key: string, setting: FaultSetting): boolean {
  if (!areThere(nodes, key, setting)) return false
  const twice = nodes.find((node, index) => nodes.indexOf(node) < index)
  if (twice === undefined) return true
  setting.report([...setting.path, key], `names node ${twice} twice`)
  return false
}

function scopeOf(kind: FaultKind, settings: FaultSettings, setting: FaultSetting): Scope | undefined {
  const { count, nodes, leader, links, oneWay } = settings
  const { path, report } = setting
  const hasTarget = [count, nodes, leader].some(part => part !== undefined)
  if (oneWay !== undefined && links === undefined) {
    report([...path, "oneWay"], "goes with links, which are not given")
    return undefined
  }
  if (links !== undefined && hasTarget) {
    report([...path, "links"], "does not go with count, nodes or leader: these stand for all links of the nodes")
    return undefined
  }
  if (links === undefined) {
    if (!hasTarget || nodes === "all") return {}
    const target = targetOf(kind, settings, setting)
    return target && { target }
  }
  const sound = links.every((link, index) => isLink(link, index, setting) && isNew(links, index, setting, oneWay))
  return sound ? { links, ...(oneWay === undefined ? {} : { oneWay }) } : undefined
}

function isLink([from, to]: Link, index: number, { nodes, path, report }: FaultSetting): boolean {
  if (from !== to && Math.max(from, to) < nodes) return true
  report([...path, "links", index], `found [${from}, ${to}], expected two different nodes from 0 to ${nodes - 1}`)
  return false
}

/** Whether a link is none of those before it. */
function isNew(links: readonly Link[], index: number, { path, report }: FaultSetting, oneWay = false): boolean {
  const [from, to] = links[index]!
  const isSame = ([first, second]: Link): boolean =>
    (first === from && second === to) || (!oneWay && first === to && second === from)
  if (!links.slice(0, index).some(isSame)) return true
  const why = oneWay ? "" : ": both ways, unless oneWay: true"
  report([...path, "links", index], `found [${from}, ${to}], which is there already${why}`)
  return false
}

function membershipOf({ members }: FaultSettings, setting: FaultSetting): Effect | undefined {
  const { path, report, fixedGroups } = setting
  if (members === undefined || !areDistinct(members, "members", setting)) return undefined
  const [fixed] = fixedGroups
  if (fixed === undefined) return { kind: "membership", members }
  report(path, `${fixed} has no way to change its membership; leave it out, or this fault`)
  return undefined
}

function partitionOf(settings: FaultSettings, setting: FaultSetting): Effect | undefined {
  const { bridge, oneWay, random } = settings
  const sides = sidesOf(settings, setting)
  if (sides === undefined || (bridge !== undefined && !areThere(bridge, "bridge", setting))) return undefined
  const path = [...setting.path, "sides"]
  const taken = [...sides.flatMap(side => ("random" in side ? [] : side)), ...(bridge ?? [])]
  const twice = taken.find((node, index) => taken.indexOf(node) < index)
  if (twice !== undefined) {
    setting.report(
      path,
      bridge?.includes(twice) === true ? `node ${twice} is the bridge` : `node ${twice} is on two sides`,
    )
    return undefined
  }
  const wanted = taken.length + sides.reduce((sum, side) => sum + ("random" in side ? side.random : 0), 0)
  if (random !== undefined && wanted > setting.nodes) {
    setting.report(path, `${wanted} nodes on all sides, but n = ${setting.nodes}`)
    return undefined
  }
  return {
    kind: "partition",
    sides,
    ...(bridge === undefined ? {} : { bridge }),
    ...(oneWay === undefined ? {} : { oneWay }),
  }
}

/** A partition's sides; those given by their number of nodes take them in order of id, unless they are random. */
function sidesOf({ sides, random }: FaultSettings, setting: FaultSetting): readonly Side[] | undefined {
  const path = [...setting.path, "sides"]
  const taken: number[] = []
  const definite = (sides ?? []).map((side, index): Side => {
    if (typeof side === "object") {
      taken.push(...side)
      return side
    }
    const size = countOf(side, [...path, index], setting) ?? 0
    if (random !== undefined) return { random: size }
    const next = taken.length === 0 ? 0 : Math.max(...taken) + 1
    const nodes = Array.from({ length: size }, (_, i) => next + i)
    taken.push(...nodes)
    return nodes
  })
  const outside = taken.find(node => node >= setting.nodes)
  if (outside === undefined) return definite
  setting.report(
    path,
    `the sides reach node ${outside}, but with n = ${setting.nodes} the last node is ${setting.nodes - 1}`,
  )
  return undefined
}
