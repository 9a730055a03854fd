/** Resolves the faults of a spec at one point of the sweep: what they do, and to whom. */
import { settingsOf } from "../schema/fault-schema.ts"
import { membershipProblem } from "../../../runtime/faults/kinds/group/membership.ts"
import { type Fault, faultWith, type Scope, type Target } from "../../../runtime/faults/fault.ts"
import type { FaultDescriptor } from "../../../runtime/faults/kind.ts"
import { membersIn } from "../../../runtime/network/delay-tables.ts"
import type { Link } from "../../../runtime/network/network.ts"
import { type FaultSettings, type FaultSpec } from "../schema/fault-schema.ts"
import { countOf, type FaultSetting, valueOf } from "./fault-setting.ts"
import { timingOf } from "./fault-timing.ts"
import { endName, idsOf, linkOf } from "./named-nodes.ts"
import { distinctNodes, GOES_WITH_EVERY, valuesOf } from "./fault-values.ts"
import { processesNamed, roleNamed } from "../../../runtime/process/parts.ts"
import { didYouMean, shown } from "../../../lib/problems.ts"

/** The fault for the runtime, or `undefined` if it hits nobody here or is malformed. */
export function definiteFault(spec: FaultSpec, setting: FaultSetting): Fault | undefined {
  const found = settingsOf(spec)
  if (found === undefined) {
    setting.report(
      setting.path,
      `found ${Object.keys(spec).length} kinds of faults, expected one: begin each with a "-" of its own`,
    )
    return undefined
  }
  const [descriptor, settings] = found
  const within = { ...setting, path: [...setting.path, descriptor.kind] }
  const timing = timingOf(descriptor, settings, within)
  const values = timing && valuesOf(descriptor.settings, settings, within)
  if (values === undefined || !hasWhatItNeeds(descriptor, within)) return undefined
  if (descriptor.kind === "membership" && !areMembers(values, within)) return undefined
  if (values["transfer"] === true && !doHandOver(within)) return undefined
  const hit = hitBy(descriptor, settings, within)
  return hit && faultWith(descriptor.kind, { ...values, ...hit, ...timing })
}

/** True if the spec has the settings that this kind of fault depends on. */
function hasWhatItNeeds(
  { needs }: FaultDescriptor,
  { disksTakeTime, fixedGroups, immortals, path, report }: FaultSetting,
): boolean {
  if (needs === "slow disk" && !disksTakeTime) {
    report(path, "every write is durable at once; say disk: { syncLatency: 5ms }, for example")
    return false
  }
  const [immortal] = needs === "mortal clients" ? immortals : []
  if (immortal !== undefined) {
    report(path, `clients of ${immortal} do not die, those of mutual-exclusion can; leave this fault out`)
    return false
  }
  const [fixed] = needs === "membership" ? fixedGroups : []
  if (fixed === undefined) return true
  report(path, `${fixed} has no way to change its membership; leave it out, or this fault`)
  return false
}

/** True if the leaders of all algorithms transfer leadership on an operator's request. */
function doHandOver({ unyielding: [unyielding], path, report }: FaultSetting): boolean {
  if (unyielding === undefined) return true
  report([...path, "transfer"], `leaders of ${unyielding} do not hand over when asked to; leave it out, or this`)
  return false
}

/** True if the nodes named as members and learners can be that. */
function areMembers(
  { members, learners }: Readonly<Record<string, unknown>>,
  { nodes, learnerless: [learnerless], path, report }: FaultSetting,
): boolean {
  const wanted = { members: idsIn(members), ...(learners === undefined ? {} : { learners: idsIn(learners) }) }
  const problem = membershipProblem(wanted, nodes)
  if (problem !== undefined) report([...path, problem.key], problem.message)
  else if (learners === undefined || learnerless === undefined) return true
  else report([...path, "learners"], `${learnerless} has no learners; leave it out, or this`)
  return false
}

function idsIn(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter(id => typeof id === "number") : []
}

/** The target of the fault, for the runtime. */
function hitBy(descriptor: FaultDescriptor, settings: FaultSettings, setting: FaultSetting) {
  if (descriptor.target === "group" || descriptor.target === "clients") return {}
  if (descriptor.target === "links") return scopeOf(descriptor, settings, setting)
  const target = targetOf(descriptor, settings, setting)
  return target && { target }
}

const TARGETS =
  "count (a number of random nodes), nodes (a list), leader: true, office: tail or region: us-east-1 (one of its nodes)"

function targetOf(descriptor: FaultDescriptor, settings: FaultSettings, setting: FaultSetting): Target | undefined {
  const { count, nodes, leader, office, region, when, mtbf, upTo } = settings
  if (upTo !== undefined) {
    setting.report([...setting.path, "upTo"], GOES_WITH_EVERY)
    return undefined
  }
  if (region !== undefined) return regionTarget(settings, setting)
  const all = { nodes: Array.from({ length: setting.nodes }, (_, node) => node) }
  const given = [count, nodes, leader, office].filter(part => part !== undefined).length
  if (given === 0) {
    // A condition about leaders defaults to the leader; renewal defaults to every node.
    if (when !== undefined) return { leader: true }
    if (descriptor.target === "listed nodes" || mtbf !== undefined) return all
  }
  if (given !== 1) {
    setting.report(setting.path, `expected one of ${TARGETS}`)
    return undefined
  }
  if (office !== undefined) return officeTarget(String(valueOf("office", settings, setting)), setting)
  if (leader !== undefined) return { leader }
  if (nodes === "all") return all
  if (nodes !== undefined) return namedTarget(nodes, setting)
  const random = countOf(valueOf("count", settings, setting) ?? 0, [...setting.path, "count"], setting)
  if (random === undefined || random === 0) return undefined
  if (random > 0 && random <= setting.nodes) return { random }
  setting.report([...setting.path, "count"], `${random} of n = ${setting.nodes} nodes; expected 0 to ${setting.nodes}`)
  return undefined
}

/**
 * One node of a region, a number of them, or all; `undefined` if the region has no nodes, with this few nodes or this
 * placement.
 */
function regionTarget(settings: FaultSettings, setting: FaultSetting): Target | undefined {
  const { count, nodes, leader, office } = settings
  const { regions, homes, path, report } = setting
  if (
    leader !== undefined ||
    office !== undefined ||
    (nodes !== undefined && (nodes !== "all" || count !== undefined))
  ) {
    report([...path, "region"], "can be combined with count (a number of its nodes) or nodes: all only")
    return undefined
  }
  const region = String(valueOf("region", settings, setting))
  if (!homes.includes(region)) {
    const expected = homes.length === 0 ? "no region: the nodes are in none" : `one with nodes: ${homes.join(", ")}`
    report([...path, "region"], `found ${shown(region)}, expected ${expected}${didYouMean(region, homes)}`)
    return undefined
  }
  const { length: most } = membersIn(region, regions, setting.nodes)
  if (most === 0) return undefined
  if (nodes === "all") return { region }
  const drawn = countOf(valueOf("count", settings, setting) ?? 1, [...path, "count"], setting)
  if (drawn === undefined || drawn === 0) return undefined
  if (drawn <= most) return { region, count: drawn }
  report([...path, "count"], `${drawn} of ${most} nodes in ${region} with n = ${setting.nodes}; expected 0 to ${most}`)
  return undefined
}

/** The nodes of a list, or the processes of a role; `undefined` if only other algorithms of the spec have that role. */
function namedTarget(written: NonNullable<FaultSettings["nodes"]>, setting: FaultSetting): Target | undefined {
  const ids =
    typeof written === "string"
      ? idsOf(written, [...setting.path, "nodes"], setting)
      : distinctNodes(written, "nodes", setting)
  return ids === undefined || ids.length === 0 ? undefined : { nodes: ids }
}

/**
 * The holder of an office, or the processes of a role; `undefined` if only other algorithms of the spec have that office or
 * role.
 */
function officeTarget(written: string, setting: FaultSetting): Target | undefined {
  const { roles, roleNames, offices, officeNames } = setting
  if (offices.includes(written)) return { office: written }
  const ids = processesNamed(roles, written)
  if (ids.length > 0) return { nodes: ids }
  const names = [...officeNames, ...roleNames]
  const role = roleNamed(written)
  if (names.includes(role) && !roles.some(({ name }) => name === role)) return undefined
  const expected = names.length === 0 ? "no office: the algorithms have none" : `one of ${names.join(", ")}`
  setting.report(
    [...setting.path, "office"],
    `found ${shown(written)}, expected ${expected}${didYouMean(written, names)}`,
  )
  return undefined
}

function scopeOf(descriptor: FaultDescriptor, settings: FaultSettings, setting: FaultSetting): Scope | undefined {
  const { count, nodes, leader, office, region, links, oneWay } = settings
  const { path, report } = setting
  const hasTarget = [count, nodes, leader, office, region].some(part => part !== undefined)
  if (oneWay !== undefined && links === undefined) {
    report([...path, "oneWay"], "needs links")
    return undefined
  }
  if (links !== undefined && hasTarget) {
    report(
      [...path, "links"],
      "does not go with count, nodes, leader, office or region: these stand for all links of the nodes",
    )
    return undefined
  }
  if (links === undefined) {
    if (!hasTarget || (nodes === "all" && region === undefined)) return {}
    const target = targetOf(descriptor, settings, setting)
    return target && { target }
  }
  const named = { ...setting, mayBeClients: descriptor.reachesClients === true }
  const read = links.map((link, index) => linkOf(link, [...path, "links", index], named))
  if (!read.every(link => link !== undefined)) return undefined
  const ends = read.filter(link => link !== null)
  const sound = ends.every((_, index) => isNew(ends, index, setting, oneWay))
  return sound && ends.length > 0 ? { links: ends, ...(oneWay === undefined ? {} : { oneWay }) } : undefined
}

/** True if a link differs from all before it. */
function isNew(links: readonly Link[], index: number, { path, report }: FaultSetting, oneWay = false): boolean {
  const [from, to] = links[index]!
  const isSame = ([first, second]: Link): boolean =>
    (first === from && second === to) || (!oneWay && first === to && second === from)
  if (!links.slice(0, index).some(isSame)) return true
  const why = oneWay ? "" : ": both ways, unless oneWay: true"
  report([...path, "links", index], `found [${endName(from)}, ${endName(to)}], which is listed twice${why}`)
  return false
}
