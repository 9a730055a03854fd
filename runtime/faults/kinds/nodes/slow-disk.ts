/** Making writes durable takes at least a given time. */
import { duration } from "../../../contract/settings.ts"
import { formatDuration } from "../../../contract/units.ts"
import { during } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { disksInWords } from "../../words.ts"

export const slowDisk = faultKind({
  kind: "slowDisk",
  name: "slow disk",
  doc: "Writes take that long to become durable.",
  target: "nodes",
  settings: {
    syncLatency: duration("time for a write to become durable", { title: "Time for a disk write (slow disk)" }),
  },
  counted: { name: "slowDisks", title: "Nodes with a slow disk", one: "slow disk", many: "slow disks" },
  breaks: "timing",
  strike: (run, { syncLatency }, targets) => {
    const words = { begun: `slow: ${formatDuration(syncLatency)} a sync`, over: "at full speed", still: "slow" }
    return during(run, "slowDisk", targets, disksInWords, words, () => run.slowDisks(targets, syncLatency))
  },
})
