/** Parts of scenarios that labs share. */
import type { Random } from "../../runtime/lib/random.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"

/** Constant delays: the formulas of the literature are exact. */
export const constantDelay = (vary: Random) => `${vary.integer(1, 20)}ms`

/** Delays between nothing and 10 ms, so that messages overtake each other. */
export const anyDelay = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
