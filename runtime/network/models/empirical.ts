/** Measured delays: quantiles with linear interpolation. */
import type { Setting } from "../../contract/settings.ts"
import { formatDuration, type Micros } from "../../contract/units.ts"
import { latencyModel } from "./model.ts"

/** The quantiles of the delay at shares from 0 to 1, with linear interpolation. */
export type Quantiles = readonly (readonly [share: number, delay: Micros])[]

const measured: Setting<Quantiles> = {
  kind: "quantiles",
  doc: "the delays that shares of the messages, from 0 to 1, do not exceed",
}

export const empirical = latencyModel({
  model: "empirical",
  forms: [
    { written: "{ model: empirical, samples: [8ms, 9ms, 31ms] }", doc: "as measured" },
    {
      written: "{ model: empirical, quantiles: { 0%: 8ms, 50%: 10ms, 99%: 40ms, 100%: 90ms } }",
      doc: "as measured and summed up; linear between",
    },
  ],
  settings: { quantiles: measured },
  quantile: ({ quantiles }, share) => interpolate(quantiles, share),
  describe: ({ quantiles }) => `measured, median ${formatDuration(Math.round(interpolate(quantiles, 0.5)))}`,
})

function interpolate(quantiles: Quantiles, share: number): number {
  const above = quantiles.findIndex(([upTo]) => upTo >= share)
  const [upTo, high] = quantiles[above]!
  if (above === 0) return high
  const [from, low] = quantiles[above - 1]!
  return low + ((high - low) * (share - from)) / (upTo - from)
}
