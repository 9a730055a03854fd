/** The judgement of a check. */
import type { Micros } from "./units.ts"

/** The judgement of one check on one run. A check that ran out of budget is `undecided`, never `holds`. */
export type Verdict =
  | { readonly verdict: "holds" }
  | { readonly verdict: "violated"; readonly at: Micros; readonly witness: string }
  | { readonly verdict: "undecided"; readonly reason: string }
