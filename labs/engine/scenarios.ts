/** Parts of scenarios that labs share. */
import type { Random } from "../../runtime/lib/random.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"

/** Constant delays, with which the formulas of the literature are exact. */
export const constantDelay = (vary: Random) => `${vary.integer(1, 20)}ms`

/** Delays of 0 to 10 ms, so that messages overtake each other. */
export const anyDelay = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
