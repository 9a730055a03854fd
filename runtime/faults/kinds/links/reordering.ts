/** A share of the messages is delayed by up to a span of time, so that later ones overtake them. */
import { duration, share } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { disturb } from "../../links.ts"
import { percent } from "../../words.ts"

export const reordering = faultKind({
  kind: "reordering",
  name: "reordered messages",
  doc: "That share is held back by up to `by`, so that later messages overtake it.",
  target: "links",
  settings: {
    share: share("the share of the messages", { title: "Share of messages (reordering)" }),
    by: duration("the longest time that one is held back", { title: "Time that messages are held back" }),
  },
  breaks: "timing",
  strike: (run, fault, targets) => {
    const words = { what: `reordering of ${percent(fault.share)} of messages`, over: "reordering" }
    return disturb(run, fault, targets, words, links => run.links.reorder(fault.share, fault.by, links))
  },
})
