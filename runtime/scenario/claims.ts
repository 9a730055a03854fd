/** What an algorithm claims to withstand, held against the faults of a scenario. */
import { descriptorOf } from "../faults/registry.ts"
import type { Scenario } from "./scenario.ts"

/**
 * True if disks are lost, there are more traitors than the algorithm claims to withstand, or it claims to withstand no
 * faults and there are some. Delays are none, however long.
 */
export function isBeyondClaims({ algorithm, faults, network, nodes }: Scenario): boolean {
  const { tolerates } = algorithm
  if (tolerates.faults === "none") {
    const links = [network, ...(network.links ?? [])]
    const isLossy = links.some(({ loss = 0, duplication = 0 }) => loss > 0 || duplication > 0)
    if (isLossy || faults.some(fault => descriptorOf(fault).breaks === "reliability")) return true
  }
  let traitors = 0
  for (const fault of faults) {
    const { breaks } = descriptorOf(fault)
    if (breaks === "storage") return true
    if (breaks !== "loyalty" || !("target" in fault) || fault.target === undefined) continue
    const { target } = fault
    traitors += "nodes" in target ? target.nodes.length : "random" in target ? target.random : 1
  }
  return traitors > (tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0)
}
