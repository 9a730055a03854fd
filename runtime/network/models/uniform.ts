/** Uniformly distributed delays between two bounds. */
import { duration } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { latencyModel } from "./model.ts"

export const uniform = latencyModel({
  model: "uniform",
  forms: [{ written: "{ model: uniform, min: 5ms, max: 15ms }", doc: "anything between, equally likely" }],
  settings: { min: duration("the shortest delay"), max: duration("the longest delay") },
  constraint: { setting: "min", expected: "a min that is not above max", holds: ({ min, max }) => min <= max },
  quantile: ({ min, max }, share) => min + (max - min) * share,
  bound: ({ max }) => max,
  describe: ({ min, max }) => `uniform ${formatDuration(min)}..${formatDuration(max)}`,
})
