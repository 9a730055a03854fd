/** Delays whose logarithm is normally distributed. */
import { duration, positive } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { exponential } from "../../lib/exact-math.ts"
import { standardNormal } from "../../lib/normal.ts"
import { latencyModel } from "./model.ts"

export const lognormal = latencyModel({
  model: "lognormal",
  forms: [
    { written: "{ model: lognormal, median: 10ms, sigma: 0.5 }", doc: "sigma: standard deviation of the logarithm" },
  ],
  settings: { median: duration("the median"), sigma: positive("the standard deviation of the logarithm") },
  quantile: ({ median, sigma }, share) => median * exponential(sigma * standardNormal(share)),
  describe: ({ median, sigma }) => `lognormal, median ${formatDuration(median)}, sigma ${sigma}`,
})
