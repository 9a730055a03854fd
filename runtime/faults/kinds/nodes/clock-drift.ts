/** The clock, and with it every timer, runs faster by a share: 0.01 gains 10 ms per second, -0.01 loses as much. */
import { drift } from "../../../contract/settings.ts"
import { during } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { clocksInWords, percent } from "../../words.ts"

export const clockDrift = faultKind({
  kind: "clockDrift",
  name: "clock drift",
  doc: "The clock and its timers run faster by that share (`-1%`: slower).",
  target: "nodes",
  settings: {
    by: drift("how much faster the clock runs", {
      title: "Clock drift",
      axis: { name: "drift", question: "a clock goes wrong" },
    }),
  },
  counted: {
    name: "driftingClocks",
    title: "Nodes with a drifting clock",
    one: "drifting clock",
    many: "drifting clocks",
  },
  breaks: "clocks",
  strike: (run, { by }, targets) => {
    const words = { begun: `drifting by ${percent(by)}`, over: "no longer drifting", still: "drifting" }
    return during(run, "clockDrift", targets, clocksInWords, words, () => {
      for (const id of targets) run.driftClock(id, by)
      return () => {
        for (const id of targets) run.driftClock(id, 1 / (1 + by) - 1)
      }
    })
  },
})
