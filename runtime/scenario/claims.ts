/** What an algorithm claims to withstand, held against the faults of a scenario. */
import type { FaultKind } from "../faults/fault.ts"
import type { Scenario } from "./scenario.ts"

/** Faults that take nodes or messages away, or double them: whoever tolerates none of them says so. */
const LOSSES: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "crash",
  "tornWrite",
  "failingDisk",
  "isolate",
  "partition",
  "cut",
  "loss",
  "corruption",
  "duplication",
])

/**
 * True if disks are lost, there are more traitors than the algorithm claims to withstand, or it claims to withstand no
 * faults and there are some. Delays are none, however long.
 */
export function isBeyondClaims({ algorithm, faults, network, nodes }: Scenario): boolean {
  const { tolerates } = algorithm
  if (tolerates.faults === "none") {
    const links = [network, ...(network.links ?? [])]
    const isLossy = links.some(({ loss = 0, duplication = 0 }) => loss > 0 || duplication > 0)
    if (isLossy || faults.some(({ kind }) => LOSSES.has(kind))) return true
  }
  let traitors = 0
  for (const fault of faults) {
    if (fault.kind === "amnesia") return true
    if (fault.kind !== "byzantine") continue
    const { target } = fault
    traitors += "nodes" in target ? target.nodes.length : "random" in target ? target.random : 1
  }
  return traitors > (tolerates.faults === "byzantine" ? tolerates.of(nodes) : 0)
}
