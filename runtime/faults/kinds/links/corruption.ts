/** A share of the messages arrives damaged: the checksum shows it, and the receiver drops them. */
import { share } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { disturb } from "../../links.ts"
import { percent } from "../../words.ts"

export const corruption = faultKind({
  kind: "corruption",
  name: "corrupted messages",
  doc: "That share arrives damaged: the checksum tells, and it is dropped.",
  target: "links",
  settings: { share: share("the share of the messages", { title: "Share of messages (corruption)" }) },
  breaks: "links",
  reachesClients: true,
  strike: (run, fault, targets) => {
    const words = { what: `corruption of ${percent(fault.share)} of messages`, over: "corruption" }
    return disturb(run, fault, targets, words, links => run.links.corrupt(fault.share, links))
  },
})
