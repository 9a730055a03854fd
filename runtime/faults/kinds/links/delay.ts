/** Every message sent meanwhile takes longer. */
import { duration } from "../../../contract/settings.ts"
import { formatDuration } from "../../../contract/units.ts"
import { faultKind } from "../../kind.ts"
import { disturb } from "../../links.ts"

export const delay = faultKind({
  kind: "delay",
  name: "delayed messages",
  doc: "Every message takes that much longer.",
  target: "links",
  settings: { by: duration("how much longer a message takes", { title: "Time that messages take longer" }) },
  breaks: "timing",
  reachesClients: true,
  strike: (run, fault, targets) => {
    const words = { what: `delay of ${formatDuration(fault.by)} a message`, over: "delay" }
    return disturb(run, fault, targets, words, links => run.links.delayBy(fault.by, links))
  },
})
