/** The node takes at least a given time for each message or request, and handles them one at a time. */
import { duration } from "../../../contract/settings.ts"
import { formatDuration } from "../../../contract/units.ts"
import { during } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

export const slow = faultKind({
  kind: "slow",
  name: "slow processing",
  doc: "The node takes that long for each message and request.",
  target: "nodes",
  settings: { serviceTime: duration("time for a message or request", { title: "Time to handle a message (slow)" }) },
  counted: { name: "slowNodes", title: "Slow nodes", one: "slow node", many: "slow nodes" },
  breaks: "timing",
  strike: (run, { serviceTime }, targets) => {
    const words = { begun: `slow: ${formatDuration(serviceTime)} a message`, over: "at full speed", still: "slow" }
    return during(run, "slow", targets, nodesInWords, words, () => run.slowNodes(targets, serviceTime))
  },
})
