/** A floor plus an exponential tail. */
import { duration } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { logarithm } from "../../lib/exact-math.ts"
import { latencyModel } from "./model.ts"

export const exponential = latencyModel({
  model: "exponential",
  forms: [{ written: "{ model: exponential, floor: 5ms, mean: 2ms }", doc: "the floor plus an exponential tail" }],
  settings: { floor: duration("the shortest delay"), mean: duration("the mean of what comes on top of it") },
  quantile: ({ floor, mean }, share) => floor - mean * logarithm(1 - share),
  describe: ({ floor, mean }) => `${formatDuration(floor)} + exponential, mean ${formatDuration(mean)}`,
})
