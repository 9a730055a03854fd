/** The clock jumps, and jumps back when the fault is over. Timers are unaffected. */
import { offset } from "../../../contract/settings.ts"
import { formatDuration } from "../../../contract/units.ts"
import { during } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { clocksInWords } from "../../words.ts"

export const clockOffset = faultKind({
  kind: "clockOffset",
  name: "wrong clock",
  doc: "The clock jumps by that span (`-200ms`: back). Timers run on as before.",
  target: "nodes",
  settings: {
    by: offset("how far the clock jumps", {
      title: "Clock offset",
      axis: { name: "offset", question: "a clock is further off" },
    }),
  },
  counted: { name: "wrongClocks", title: "Nodes with a wrong clock", one: "wrong clock", many: "wrong clocks" },
  breaks: "clocks",
  strike: (run, { by }, targets) => {
    const span = `${by < 0 ? "-" : "+"}${formatDuration(Math.abs(by))}`
    const words = { begun: `off by ${span}`, over: "right again", still: "off" }
    return during(run, "clockOffset", targets, clocksInWords, words, () => {
      for (const id of targets) run.shiftClock(id, by)
      return () => {
        for (const id of targets) run.shiftClock(id, -by)
      }
    })
  },
})
