/** Workload settings that name or count nodes: finds those that exceed the size of the group. */
import type { WorkloadProblem } from "../runtime/contract/service.ts"

/** Settings that name a node by its number, and settings that give a number of nodes. */
export interface NodeSettings {
  readonly ids?: readonly string[]
  readonly counts?: readonly string[]
}

/** The first setting that names a node that does not exist, or more nodes than exist. */
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
