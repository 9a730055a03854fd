/** The claims and assumptions of an algorithm, compared with a scenario. */
import type { FaultDescriptor } from "../faults/kind.ts"
import { descriptorOf } from "../faults/registry.ts"
import type { Fault } from "../faults/fault.ts"
import type { Scenario } from "./scenario.ts"
import type { ScriptStep } from "./script.ts"

type Broken = NonNullable<FaultDescriptor["breaks"]>

/**
 * True if the algorithm's parameters give up its safety, disks are lost that it relies on, there are more traitors than it
 * claims to withstand, it claims to withstand no faults and there are some, or what it assumes does not hold. Delays alone
 * are no fault, however long, unless it assumes that there are none.
 */
export function isBeyondClaims(scenario: Scenario): boolean {
  const { algorithm, faults, nodes, script } = scenario
  const { tolerates } = algorithm
  if (algorithm.isUnsafe?.(scenario.parameters, nodes) === true) return true
  if (breaksAssumption(scenario)) return true
  if (tolerates.faults === "none" && (isLossy(scenario) || someBreaks(scenario, "nodes", "links"))) return true
  if (algorithm.assumes?.storage !== "none" && someBreaks(scenario, "storage")) return true
  let traitors = script?.traitors?.length ?? 0
  for (const fault of faults) {
    if (brokenBy(fault) !== "loyalty" || !("target" in fault) || fault.target === undefined) continue
    const { target } = fault
    traitors += "nodes" in target ? target.nodes.length : "random" in target ? target.random : 1
  }
  return traitors > (tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0)
}

/** True if the network breaks what the algorithm assumes of it. */
function breaksAssumption(scenario: Scenario): boolean {
  const { links, timing, clocks } = scenario.algorithm.assumes ?? {}
  if (clocks !== undefined && someClockErrs(scenario, clocks(scenario.parameters))) return true
  if (links !== undefined && (isLossy(scenario) || someBreaks(scenario, "links"))) return true
  if (links === "fifo" && !keepsOrder(scenario)) return true
  return timing === "synchronous" && someBreaks(scenario, "timing")
}

/** True if messages of a link between nodes arrive in the order in which they were sent. */
function keepsOrder(scenario: Scenario): boolean {
  const { fifo, latency, links = [], regions } = scenario.network
  if (fifo === true) return scenario.faults.every(({ kind }) => kind !== "reordering")
  const models = [latency, ...links.map(link => link.latency ?? latency)]
  const isConstant = (regions?.jitter ?? 0) === 0 && models.every(({ model }) => model === "constant")
  return isConstant && !someBreaks(scenario, "timing")
}

function isLossy({ network }: Scenario): boolean {
  return [network, ...(network.links ?? [])].some(({ loss = 0, duplication = 0 }) => loss > 0 || duplication > 0)
}

function someBreaks({ faults, script }: Scenario, ...assumptions: readonly Broken[]): boolean {
  const broken = [...faults.map(brokenBy), ...(script?.steps ?? []).flatMap(brokenByStep)]
  return broken.some(breaks => breaks !== undefined && assumptions.includes(breaks))
}

/** The assumptions that a step of a script breaks. */
function brokenByStep(step: ScriptStep): readonly Broken[] {
  if (step.type === "lose" || step.type === "duplicate") return ["links"]
  if (step.type !== "crash") return []
  return step.and === "amnesia" ? ["nodes", "storage"] : ["nodes"]
}

/** True if a clock jumps or drifts beyond a bound, or if timers wait behind messages. */
function someClockErrs({ faults }: Scenario, bound: number): boolean {
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
