/** Delays with a heavy tail: the share above x falls with a power of x. */
import { duration, positive } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { exponential, logarithm } from "../../lib/exact-math.ts"
import { latencyModel } from "./model.ts"

export const pareto = latencyModel({
  model: "pareto",
  forms: [{ written: "{ model: pareto, scale: 5ms, shape: 2 }", doc: "from the scale on, with a heavy tail" }],
  settings: { scale: duration("the shortest delay"), shape: positive("the power with which the tail falls") },
  quantile: ({ scale, shape }, share) => scale * exponential(-logarithm(1 - share) / shape),
  describe: ({ scale, shape }) => `Pareto from ${formatDuration(scale)}, shape ${shape}`,
})
