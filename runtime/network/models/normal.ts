/** Normally distributed delays, truncated on both sides. */
import { duration, optional } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { standardNormal, standardNormalShare } from "../../lib/normal.ts"
import { latencyModel } from "./model.ts"

/** The upper truncation: the mean plus this many deviations. */
const NORMAL_CUT = 4

export const normal = latencyModel({
  model: "normal",
  forms: [
    {
      written: "{ model: normal, mean: 10ms, deviation: 2ms }",
      doc:
        "truncated at `min` (0 if absent) and at the mean plus four deviations: a delay outside is drawn again, so that " +
        "none piles up at the ends; where the mean is within a few deviations of `min`, delays are longer on average " +
        "than `mean`",
    },
  ],
  settings: {
    mean: duration("the mean before truncation"),
    deviation: duration("the standard deviation before truncation"),
    min: optional(duration("the shortest delay; default 0")),
  },
  constraint: {
    setting: "min",
    expected: "a min that is not above the mean",
    holds: ({ min = 0, mean }) => min <= mean,
  },
  // As if drawn again until the delay lies between the bounds.
  quantile: ({ mean, deviation, min = 0 }, share) => {
    if (deviation === 0) return mean
    const below = standardNormalShare((min - mean) / deviation)
    const within = standardNormalShare(NORMAL_CUT) - below
    return Math.max(min, mean + deviation * standardNormal(below + within * share))
  },
  bound: ({ mean, deviation }) => Math.round(mean + NORMAL_CUT * deviation),
  describe: ({ mean, deviation }) => `normal ${formatDuration(mean)} ± ${formatDuration(deviation)}`,
})
