/** Settings that the workloads of several services share, with their meaning in each. */
import { choice, duration } from "../runtime/contract/parameters.ts"
import { ARRIVALS, SPREADS, type Spread } from "./timing.ts"

/** The setting for the arrivals of an open loop. */
export const arrivals = (doc: string) => choice(ARRIVALS, "constant", doc)

/** The setting for the spread of spans of time about their mean. */
export const spread = (byDefault: Spread, doc: string) => choice(SPREADS, byDefault, doc)

/** The longest an operation may take. */
export const deadline = (byDefault: string, doc: string) => duration(byDefault, doc, { min: 1 })

/**
 * Settings of clients of a replicated log: the retry timeout for a silent node, and the pause when a node knows no
 * leader.
 */
export const patience = (docs: { readonly retryAfter: string; readonly backoff: string }) => ({
  retryAfter: duration("max(50ms, 8d)", docs.retryAfter, { min: 1 }),
  backoff: duration("max(10ms, 2d)", docs.backoff, { min: 1 }),
})
