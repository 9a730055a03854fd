/** A share of the messages arrives twice. */
import { share } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { disturb } from "../../links.ts"
import { percent } from "../../words.ts"

export const duplication = faultKind({
  kind: "duplication",
  name: "doubled messages",
  doc: "That share arrives twice.",
  target: "links",
  settings: { share: share("the share of the messages", { title: "Share of messages (duplication)" }) },
  breaks: "links",
  strike: (run, fault, targets) => {
    const words = { what: `duplication of ${percent(fault.share)} of messages`, over: "duplication" }
    return disturb(run, fault, targets, words, links => run.links.duplicate(fault.share, links))
  },
})
