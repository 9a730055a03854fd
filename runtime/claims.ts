/** What an algorithm claims to withstand, held against the faults of a scenario. */
import type { Scenario } from "./scenario.ts"

/** Whether disks are lost, or there are more traitors than the algorithm claims to withstand. */
export function isBeyondClaims({ algorithm, faults, nodes }: Scenario): boolean {
  const { tolerates } = algorithm
  let traitors = 0
  for (const fault of faults) {
    if (fault.kind === "amnesia") return true
    if (fault.kind !== "byzantine") continue
    const { target } = fault
    traitors += "nodes" in target ? target.nodes.length : "random" in target ? target.random : 1
  }
  return traitors > (tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0)
}
