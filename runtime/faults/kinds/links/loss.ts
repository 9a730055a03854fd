/** A share of the messages is lost. */
import { share } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { disturb } from "../../links.ts"
import { percent } from "../../words.ts"

export const loss = faultKind({
  kind: "loss",
  name: "lost messages",
  doc: "That share of the messages is lost.",
  target: "links",
  settings: { share: share("the share of the messages", { title: "Share of messages (loss)" }) },
  breaks: "links",
  reachesClients: true,
  strike: (run, fault, targets) => {
    const words = { what: `loss of ${percent(fault.share)} of messages`, over: "loss" }
    return disturb(run, fault, targets, words, links => run.links.lose(fault.share, links))
  },
})
