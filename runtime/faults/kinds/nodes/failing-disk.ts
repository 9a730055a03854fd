/**
 * Nothing can be made durable: the sync that follows a write fails, and the node crashes instead of continuing with a
 * disk that may have lost the write. The node restarts when the fault is over, or at once if it already is.
 */
import { divide } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { disksInWords, nodesInWords } from "../../words.ts"

export const failingDisk = faultKind({
  kind: "failingDisk",
  name: "failing disk",
  doc: "The next sync fails, and the node crashes, as databases do: the write may be gone. It restarts when the fault is over, or at once if it is over by then.",
  target: "nodes",
  settings: {},
  counted: { name: "failingDisks", title: "Nodes with a failing disk", one: "failing disk", many: "failing disks" },
  breaks: "nodes",
  strike: (run, _, targets) => {
    if (targets.length === 0) return undefined
    const fault = {}
    for (const id of targets) run.failDisk(id, fault)
    const end = () => {
      const crashed = targets.filter(id => run.repairDisk(id, fault))
      const [mended, failing] = divide(targets, id => run.nodes[id]!.diskFailures.size === 0)
      for (const id of crashed) run.restart(id)
      const parts = [
        ...(mended.length === 0 ? [] : [`${disksInWords(run, mended)} works again`]),
        ...(crashed.length === 0 ? [] : [`restart of ${nodesInWords(run, crashed)}`]),
        ...(failing.length === 0 ? [] : [`${disksInWords(run, failing)} keeps failing`]),
      ]
      return { what: parts.join(", "), nodes: targets }
    }
    return { begun: `${disksInWords(run, targets)} fails`, nodes: targets, end }
  },
})
