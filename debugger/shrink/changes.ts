/** The changes that shrinking made to a scenario, in at most three lines: removed, changed, kept. */
import { delayBound } from "../../runtime/network/latency.ts"
import { type Parameter, type Parameters, readParameter } from "../../runtime/contract/parameters.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import type { Latency } from "../../runtime/network/network.ts"
import { formatDuration } from "../../runtime/contract/units.ts"

/** A scenario whose faults are explicit, each with its time and its nodes. */
type WrittenOut = Scenario

/** @param isReseeded true if the smaller scenario needs another seed to show the violation */
export function describeChanges(before: WrittenOut, after: WrittenOut, isReseeded: boolean): readonly string[] {
  const lines = [
    ["left out", leftOut(before, after)],
    ["changed", changed(before, after, isReseeded)],
    ["kept", kept(after)],
  ] as const
  return lines.flatMap(([what, parts]) => (parts.length === 0 ? [] : [`${what}: ${parts.join(", ")}`]))
}

function leftOut(before: WrittenOut, after: WrittenOut): readonly string[] {
  const { latency: _, loss, duplication, ...others } = before.network
  const gone = Object.keys(others).filter(key => !(key in after.network))
  return [
    fewer(before.nodes, after.nodes, "node"),
    fewer(before.faults.length, after.faults.length, "fault"),
    fewer(before.interventions?.length ?? 0, after.interventions?.length ?? 0, "intervention"),
    before.leader !== undefined && after.leader === undefined ? "the leader at the beginning" : "",
    before.initial !== undefined && after.initial === undefined ? "the logs at the beginning" : "",
    before.warmup > 0 && after.warmup === 0 ? "the warm-up" : "",
    loss > 0 && after.network.loss === 0 ? "loss" : "",
    duplication > 0 && after.network.duplication === 0 ? "duplication" : "",
    ...gone.map(key => `network.${key}`),
    before.disk.syncLatency > 0 && after.disk.syncLatency === 0 ? "disk.syncLatency" : "",
  ].filter(part => part !== "")
}

function fewer(before: number, after: number, what: string): string {
  return after < before ? `${before - after} of ${before} ${what}${before === 1 ? "" : "s"}` : ""
}

function changed(before: WrittenOut, after: WrittenOut, isReseeded: boolean): readonly string[] {
  const { workload } = before.service
  const settings = Object.keys(workload).filter(name => before.workload[name] !== after.workload[name])
  const shorter = after.initial !== undefined && JSON.stringify(before.initial) !== JSON.stringify(after.initial)
  return [
    ...differentLatency(before.network.latency, after.network.latency),
    ...settings.map(
      name =>
        `workload.${name} from ${formatted(workload[name], before.workload[name])} to ${formatted(workload[name], after.workload[name])}`,
    ),
    ...(shorter ? ["the logs at the beginning"] : []),
    ...(areOtherFaults(before.faults, after.faults) ? ["times, spans or targets of faults"] : []),
    ...(isReseeded ? ["the seed"] : []),
  ]
}

function differentLatency(before: Latency, after: Latency): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const now = after.model === "constant" ? formatDuration(after.delay) : after.model
  return [`latency from ${before.model === "constant" ? formatDuration(before.delay) : before.model} to ${now}`]
}

/** True if any fault was not there before; a renumbered node counts as a change, too. */
function areOtherFaults(before: readonly Fault[], after: readonly Fault[]): boolean {
  const known = new Set(before.map(fault => JSON.stringify(fault)))
  return after.some(fault => !known.has(JSON.stringify(fault)))
}

/** The parameters of the algorithm; shrinking keeps them all. */
function kept({ algorithm, parameters, network }: WrittenOut): readonly string[] {
  const declared = algorithm.parameters
  const linkDelay = delayBound(network.latency)
  const unusual = Object.keys(declared).filter(name => isUnusual(declared, name, parameters, linkDelay))
  if (Object.keys(declared).length === 0) return []
  if (unusual.length === 0) return ["all parameters, at their defaults"]
  return [
    `all parameters (${unusual.map(name => `${name} ${formatted(declared[name], parameters[name])}`).join(", ")})`,
  ]
}

/** Durations depend on the network, which shrinking changes; so only other parameters are compared with their defaults. */
function isUnusual(declared: Parameters, name: string, values: Scenario["parameters"], linkDelay: number): boolean {
  const parameter = declared[name]!
  return parameter.kind !== "duration" && readParameter(parameter, parameter.default, linkDelay) !== values[name]
}

function formatted(parameter: Parameter | undefined, value: unknown): string {
  if (typeof value !== "number") return String(value)
  switch (parameter?.kind) {
    case "duration":
      return formatDuration(value)
    case "share":
      return `${Number((100 * value).toPrecision(6))}%`
    case "rate":
      return `${value}/s`
    case "size":
      return `${value}B`
    default:
      return String(value)
  }
}
