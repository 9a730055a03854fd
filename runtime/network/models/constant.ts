/** Every message has the same delay. */
import { duration } from "../../contract/settings.ts"
import { formatDuration } from "../../contract/units.ts"
import { latencyModel } from "./model.ts"

export const constant = latencyModel({
  model: "constant",
  forms: [{ written: "{ model: constant, delay: 10ms }", doc: "the same as `10ms`" }],
  settings: { delay: duration("the delay of every message") },
  quantile: ({ delay }) => delay,
  bound: ({ delay }) => delay,
  describe: ({ delay }) => formatDuration(delay),
})
