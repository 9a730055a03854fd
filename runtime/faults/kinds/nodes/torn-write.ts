/**
 * A crash in the middle of writing: of the writes that were not durable, a random number of the earliest survive. Each
 * write survives entirely or not at all; a `save` is one write.
 */
import { drawn, share } from "../../../contract/settings.ts"
import { holdDown } from "../../holds.ts"
import { faultKind } from "../../kind.ts"

export const tornWrite = faultKind({
  kind: "tornWrite",
  name: "torn write",
  doc: "A crash in the middle of writing: of the writes that were not durable yet, the earliest survive. Needs a `syncLatency`.",
  target: "nodes",
  settings: { kept: drawn(share("the share of the writes under way that survive")) },
  needs: "slow disk",
  counted: { name: "tornWrites", title: "Nodes with a torn last write", one: "torn write", many: "torn writes" },
  breaks: "nodes",
  stopsNodes: true,
  drawExtent: (fault, random) => (fault.kept === undefined ? { ...fault, kept: random.share() } : fault),
  strike: (run, { kept }, targets) =>
    holdDown(run, targets, "crash in the middle of writing", id => run.crash(id, kept)),
})
