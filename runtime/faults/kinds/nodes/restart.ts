/** Nodes that are down boot from their disks, regardless of the faults that hold them down. */
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

export const restart = faultKind({
  kind: "restart",
  name: "restart",
  doc: "Nodes that are down boot, whatever brought them down.",
  target: "listed nodes",
  settings: {},
  ends: "never",
  stopsNodes: true,
  strike: (run, _, targets) => {
    const nodes = targets.filter(id => !run.nodes[id]!.up)
    if (nodes.length === 0) return undefined
    for (const id of nodes) run.restart(id)
    return { begun: `restart of ${nodesInWords(run, nodes)}`, nodes }
  },
})
