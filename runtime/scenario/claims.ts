/** Compares the claims and assumptions of an algorithm with a scenario. */
import { claimsOf } from "../contract/algorithm.ts"
import type { FaultDescriptor } from "../faults/kind.ts"
import { descriptorOf } from "../faults/registry.ts"
import type { Fault, Target } from "../faults/fault.ts"
import { membersIn } from "../network/delay-tables.ts"
import type { Act, Intervention } from "./interventions.ts"
import type { Scenario } from "./scenario.ts"
import type { ScriptStep } from "./script.ts"

type Broken = NonNullable<FaultDescriptor["breaks"]>

/**
 * True if the scenario is beyond what the algorithm claims: its parameters sacrifice safety, disks on which it relies
 * are lost, there are more traitors than it claims to tolerate, there are faults though it claims to tolerate none, or
 * one of its assumptions does not hold. Delays alone, however long, are not faults, unless it assumes that they are
 * bounded.
 */
export function isBeyondClaims(scenario: Scenario): boolean {
  const { algorithm, faults, nodes, parameters, script, interventions = [] } = scenario
  const { tolerates, assumes } = claimsOf(algorithm, parameters)
  if (algorithm.isUnsafe?.(parameters, nodes) === true) return true
  if (breaksAssumption(scenario)) return true
  if (tolerates.faults === "none" && (isLossy(scenario) || someBreaks(scenario, "nodes", "links"))) return true
  if (assumes?.storage !== "none" && someBreaks(scenario, "storage")) return true
  let traitors = (script?.traitors?.length ?? 0) + traitorsOf(interventions)
  for (const fault of faults) {
    if (brokenBy(fault) !== "loyalty" || !("target" in fault) || fault.target === undefined) continue
    traitors += maxNodesOf(fault.target, scenario)
  }
  return traitors > (tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0)
}

/** The maximum number of nodes that a fault hits. */
function maxNodesOf(target: Target, { nodes, network: { regions } }: Scenario): number {
  if ("nodes" in target) return target.nodes.length
  if ("random" in target) return target.random
  if (!("region" in target)) return 1
  return Math.min(target.count ?? Infinity, membersIn(target.region, regions, nodes).length)
}

/** True if the network breaks the algorithm's assumptions about it. */
function breaksAssumption(scenario: Scenario): boolean {
  const { links, timing, clocks } = claimsOf(scenario.algorithm, scenario.parameters).assumes ?? {}
  if (clocks !== undefined && hasClockErrors(scenario, clocks(scenario.parameters))) return true
  if (links !== undefined && (isLossy(scenario) || someBreaks(scenario, "links"))) return true
  if (links === "fifo" && !keepsOrder(scenario)) return true
  return timing === "synchronous" && someBreaks(scenario, "timing")
}

/** True if every link between nodes delivers in the order of sending. */
function keepsOrder(scenario: Scenario): boolean {
  const { fifo, latency, links = [], regions } = scenario.network
  const { interventions = [] } = scenario
  if (interventions.some(({ act }) => act.type === "deliver" || act.type === "delay")) return false
  if (fifo === true) return scenario.faults.every(({ kind }) => kind !== "reordering")
  const models = [latency, ...links.map(link => link.latency ?? latency)]
  const isConstant = (regions?.jitter ?? 0) === 0 && models.every(({ model }) => model === "constant")
  return isConstant && !someBreaks(scenario, "timing")
}

function isLossy({ network }: Scenario): boolean {
  return [network, ...(network.links ?? [])].some(({ loss = 0, duplication = 0 }) => loss > 0 || duplication > 0)
}

function someBreaks({ faults, script, interventions = [] }: Scenario, ...assumptions: readonly Broken[]): boolean {
  const broken = [
    ...faults.map(brokenBy),
    ...(script?.steps ?? []).flatMap(brokenByStep),
    ...interventions.flatMap(({ act }) => brokenByAct(act)),
  ]
  return broken.some(breaks => breaks !== undefined && assumptions.includes(breaks))
}

/** The assumptions that a step of a script breaks. */
function brokenByStep(step: ScriptStep): readonly Broken[] {
  if (step.type === "lose" || step.type === "duplicate") return ["links"]
  if (step.type !== "crash") return []
  return step.and === "amnesia" ? ["nodes", "storage"] : ["nodes"]
}

/** The assumptions that an intervention breaks. */
function brokenByAct({ type }: Act): readonly Broken[] {
  switch (type) {
    case "crash":
      return ["nodes"]
    case "wipe":
      return ["nodes", "storage"]
    case "lose":
    case "duplicate":
    case "cut":
    case "partition":
      return ["links"]
    case "delay":
    case "pause":
      return ["timing"]
    case "timeout":
      return ["timing", "clocks"]
    default:
      return []
  }
}

/** The number of nodes that interventions turn into traitors. */
function traitorsOf(interventions: readonly Intervention[]): number {
  return new Set(interventions.flatMap(({ act }) => (act.type === "traitor" ? [act.node] : []))).size
}

/** True if a clock jumps or drifts beyond a bound, or if timers may have to wait behind messages. */
function hasClockErrors({ faults, interventions = [] }: Scenario, bound: number): boolean {
  if (interventions.some(({ act }) => act.type === "timeout")) return true
  return faults.some(fault => {
    if (fault.kind === "clockDrift") return Math.abs(fault.by) > bound
    return fault.kind === "slow" || brokenBy(fault) === "clocks"
  })
}

/** The assumption that a fault breaks. */
function brokenBy(fault: Fault): FaultDescriptor["breaks"] {
  const descriptor = descriptorOf(fault)
  return descriptor.breaksBy?.(fault) ?? descriptor.breaks
}
