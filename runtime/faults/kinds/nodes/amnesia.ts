/** A crash that also loses the disk: the node restarts as at its first boot. */
import { holdDown } from "../../holds.ts"
import { faultKind } from "../../kind.ts"

export const amnesia = faultKind({
  kind: "amnesia",
  name: "loss of disk and memory",
  doc: "A crash that takes the disk along: after `for` the node boots as if new.",
  target: "nodes",
  settings: {},
  needsEnd: "say after how long the node restarts, without its disk",
  counted: { name: "amnesiacs", title: "Nodes that lose their disk", one: "lost disk", many: "lost disks" },
  breaks: "storage",
  stopsNodes: true,
  // Nodes that are already down lose their disks, too.
  strike: (run, _, targets) =>
    holdDown(run, targets, "crash and loss of the disk", id => {
      run.crash(id)
      run.loseDisk(id)
    }),
})
