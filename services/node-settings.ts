/** Settings of workloads that name nodes, or count them: problems with those that a group of this size does not have. */
import type { WorkloadProblem } from "../runtime/contract/service.ts"

/** Settings that name a node by its number, and settings that say how many nodes there are to be of a kind. */
export interface NodeSettings {
  readonly ids?: readonly string[]
  readonly counts?: readonly string[]
}

/** The first setting that asks for a node, or for more nodes, than there are. */
export function beyondNodes(
  settings: Readonly<Record<string, unknown>>,
  nodes: number,
  { ids = [], counts = [] }: NodeSettings,
): WorkloadProblem | undefined {
  for (const setting of ids) {
    const id = settings[setting]
    if (typeof id === "number" && id >= nodes)
      return { setting, message: `found node ${id}, but with n = ${nodes} nodes are 0 to ${nodes - 1}` }
  }
  for (const setting of counts) {
    const count = settings[setting]
    if (typeof count === "number" && count > nodes)
      return { setting, message: `found ${count}, but there are ${nodes} nodes; expected at most ${nodes}` }
  }
  return undefined
}
