/** The faults of an experiment for a chart's caption: kind, target, and time. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Fault, Target } from "../../runtime/faults/fault.ts"
import { descriptorOf } from "../../runtime/faults/registry.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { NodeSets } from "../../scenarios/case-space.ts"
import { type RolePlace, rolePlaces, roleNameOf } from "../../runtime/process/parts.ts"
import type { Cell, Registry } from "../../scenarios/cell.ts"
import { spaced } from "../../analysis/words.ts"

/** Faults that differ in more ways are not listed individually. */
const MAX_TOLD = 6

/** E.g. `Faults: crash of 0 to 4 nodes at 5 s. Measured from 1 s to 21 s.`; empty if there are none. */
export function faultsInWords({ cells }: Plan, registry: Registry): string {
  const every = everyInWords(cells)
  const all = faultByFault(cells, registry)
  if (all.length === 0 && every.length === 0) return ""
  const rest = all.length > MAX_TOLD ? `; ${all.length - MAX_TOLD} more` : ""
  const spans = new Set(
    cells.map(({ scenario: { warmup, duration, rare } }) =>
      rare === undefined
        ? `Measured from ${time(warmup)} to ${time(duration)}.`
        : "Estimated from cycles of failure and repair, weighed (importance sampling).",
    ),
  )
  return `Faults: ${[...every, ...all.slice(0, MAX_TOLD)].join("; ")}${rest}.${spans.size === 1 ? ` ${[...spans][0]}` : ""}`
}

/** A fault of the spec, in its form common to all points. */
interface Told {
  readonly name: string
  /** `nodes`, or `nodes in us-east-1`, for a number of nodes, which is in `sizes`. */
  readonly whom: string
  readonly when: string
  /** For each point that has it. */
  readonly sizes: number[]
  /** True if some point has another fault that differs only in its target. */
  isBesideItsLike: boolean
}

/**
 * Describes faults one by one; alternatives that differ only in their target, and of which each point has one, are merged:
 * `crash of the head, the middle, or the tail at 5 s`.
 */
function faultByFault(cells: readonly Cell[], registry: Registry): readonly string[] {
  const groups = Map.groupBy(faultsOf(cells, registry), ({ name, whom: hit, when, sizes, isBesideItsLike }) => {
    const isAlternative = sizes.length < cells.length && hit !== "nodes" && hit !== "" && !isBesideItsLike
    return [name, when, isAlternative ? "" : hit].join("\n")
  })
  return [...groups.values()].map(group => {
    const isAbsent = group.reduce((points, { sizes }) => points + sizes.length, 0) < cells.length
    const whoms = group.flatMap(({ whom: hit, sizes }) => {
      if (hit === "") return []
      return hit.startsWith("nodes") ? hit.replace("nodes", range(sizes, isAbsent)) : hit.replace(/^of /, "")
    })
    const { name = "", when = "" } = group[0] ?? {}
    return [name, whoms.length === 0 ? "" : `of ${EITHER.format(whoms)}`, when].filter(Boolean).join(" ")
  })
}

function faultsOf(cells: readonly Cell[], registry: Registry): readonly Told[] {
  const found = new Map<string, Told>()
  // The cell with the most faults has all of them in the order of the spec.
  for (const cell of cells.toSorted((a, b) => b.scenario.faults.length - a.scenario.faults.length)) {
    const { scenario } = cell
    const roles = rolesOf(cell, registry)
    const seen = new Map<string, number>()
    for (const fault of scenario.faults) {
      const [name, hit, when] = [descriptorOf(fault).name, whom(fault, scenario.nodes, roles), whenOf(fault)]
      const key = [name, hit, when].join("\n")
      if (!found.has(key)) found.set(key, { name, whom: hit, when, sizes: [], isBesideItsLike: false })
      seen.set(key, Math.max(seen.get(key) ?? 0, sizeOf(fault)))
    }
    const here = [...seen].map(([key, size]) => {
      const fault = found.get(key)!
      fault.sizes.push(size)
      return fault
    })
    for (const fault of here) {
      fault.isBesideItsLike ||= here.some(
        other => other !== fault && other.name === fault.name && other.when === fault.when,
      )
    }
  }
  return [...found.values()]
}

const EITHER = new Intl.ListFormat("en", { type: "disjunction" })
const BOTH = new Intl.ListFormat("en", { type: "conjunction" })

/** Describes the faults whose cases are all enumerated: `every crash in a broadcast, of up to 1 or 2 nodes`. */
function everyInWords(cells: readonly Cell[]): readonly string[] {
  const all = cells.flatMap(({ scenario }) => scenario.every ?? [])
  const told = (what: string, sets: readonly NodeSets[]): readonly string[] => {
    if (sets.length === 0) return []
    const most = [...new Set(sets.map(({ to }) => to))]
    const upTo = sets.some(({ from, to }) => from < to) ? "up to " : ""
    return [`${what}, of ${upTo}${most.join(" or ")} ${Math.max(...most) === 1 ? "node" : "nodes"}`]
  }
  return [
    ...told(
      "every crash in a broadcast",
      all.flatMap(({ crashes }) => crashes?.sets ?? []),
    ),
    ...told(
      "every strategy of traitors",
      all.flatMap(({ traitors }) => traitors?.sets ?? []),
    ),
  ]
}

function range(counts: readonly number[], isAbsent: boolean): string {
  const [least, most] = [isAbsent ? 0 : Math.min(...counts), Math.max(...counts)]
  if (least === most) return most === 1 ? "one node" : `${most} nodes`
  if (most === 1) return "no node or one"
  return `${least} to ${most} nodes`
}

function targetOf(fault: Fault): Target | undefined {
  return "target" in fault ? fault.target : undefined
}

function sizeOf(fault: Fault): number {
  const target = targetOf(fault)
  if (target === undefined || "nodes" in target) return 0
  return "random" in target ? target.random : "region" in target ? (target.count ?? 0) : 0
}

/** `nodes`, or `nodes in us-east-1`, for a number of nodes that the caption gives elsewhere. */
function whom(fault: Fault, size: number, roles: readonly RolePlace[]): string {
  const target = targetOf(fault)
  if (target === undefined) return ""
  if ("leader" in target) return "of the leader"
  if ("office" in target) return `of the ${officeInWords(target.office)}`
  if ("random" in target) return "nodes"
  if (!("nodes" in target)) return `${target.count === undefined ? "of all nodes" : "nodes"} in ${target.region}`
  const { nodes } = target
  if (nodes.every(id => id >= size)) return `of ${BOTH.format(nodes.map(id => roleInWords(roles, id)))}`
  if (nodes.length === size) return "of every node"
  return nodes.length > 3 ? `of ${nodes.length} nodes` : `of node${nodes.length === 1 ? "" : "s"} ${nodes.join(", ")}`
}

/** The processes of a cell other than its nodes. */
function rolesOf({ variant, scenario }: Cell, { algorithms }: Registry): readonly RolePlace[] {
  const algorithm = algorithms[variant.algorithm]
  return algorithm === undefined ? [] : rolePlaces(algorithm, scenario.nodes, scenario.parameters)
}

/** `the view service`, or `store 1` where there are several. */
function roleInWords(roles: readonly RolePlace[], id: NodeId): string {
  const name = roleNameOf(roles, id)?.replaceAll("-", " ") ?? `process ${id}`
  return / \d+$/.test(name) ? name : `the ${name}`
}

/** The time of a fault, and its duration. */
function whenOf({ at, within, for: lasts, schedule }: Fault): string {
  const length = lasts === undefined ? "" : `, for ${time(lasts)}`
  switch (schedule?.kind) {
    case undefined:
      return within === undefined || within === 0
        ? `at ${time(at)}${length}`
        : `at random from ${time(at)} to ${time(at + within)}${length}`
    case "every":
      return `from ${time(at)} on, every ${time(schedule.every)}${length}`
    case "renewal":
      return "again and again"
    case "when":
      return `${time(schedule.after)} after a node was elected${length}`
  }
}

function time(micros: Micros): string {
  return spaced(formatDuration(micros))
}

/** The holder of an office. In a sharded store, an office is held by a group, and within it by its leader: the group stays. */
function officeInWords(office: string): string {
  if (office === "controller") return "leader of the controller"
  const group = /^group-(\d+)$/.exec(office)
  return group === null ? office : `leader of group ${group[1]}`
}
